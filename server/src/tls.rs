//! TLS of the application itself, for where no proxy does it: versions 1.2 and 1.3, nothing older.

use axum_server::tls_rustls::RustlsConfig;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    version::{TLS12, TLS13},
};
use std::{path::Path, sync::Arc};

/// Reads a certificate with its chain and a key, both PEM.
///
/// # Errors
/// A sentence that names the file and what is wrong with it.
pub fn config(certificate: &Path, key: &Path) -> Result<ServerConfig, String> {
    let said = |path: &Path, fault: &dyn std::fmt::Display| format!("{}: {fault}", path.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|fault| said(certificate, &fault))?;
    if chain.is_empty() {
        return Err(said(certificate, &"není v něm žádný certifikát (PEM)"));
    }
    let key_read = PrivateKeyDer::from_pem_file(key).map_err(|fault| said(key, &fault))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|fault| fault.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key_read)
        .map_err(|fault| said(key, &fault))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The same for the server, which can take a renewed certificate without a restart.
///
/// # Errors
/// As [`config`].
pub fn served(certificate: &Path, key: &Path) -> Result<RustlsConfig, String> {
    Ok(RustlsConfig::from_config(Arc::new(config(certificate, key)?)))
}
