//! TLS of the application itself: what it speaks and what it refuses.

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConnection, Stream,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    version::{TLS12, TLS13},
};
use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::Arc,
};

fn certificate(folder: &std::path::Path) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate, key)
}

/// Answers one connection with what a TLS server of this configuration says; gives the version that was agreed on.
fn serve_one(listener: TcpListener, config: Arc<rustls::ServerConfig>) -> Result<rustls::ProtocolVersion, String> {
    let (mut stream, _) = listener.accept().unwrap();
    let mut connection = ServerConnection::new(config).unwrap();
    let mut tls = Stream::new(&mut connection, &mut stream);
    let mut asked = [0; 4];
    tls.read_exact(&mut asked).map_err(|e| e.to_string())?;
    tls.write_all(b"pong").map_err(|e| e.to_string())?;
    let _ = tls.flush();
    Ok(connection.protocol_version().unwrap())
}

#[test]
fn it_speaks_1_2_and_1_3_and_nothing_older() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path());
    let config = Arc::new(server::tls::config(&certificate, &key).unwrap());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    for version in [&TLS12, &TLS13] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (served, config) = (config.clone(), ClientConfig::builder_with_provider(provider.clone()));
        let server = std::thread::spawn(move || serve_one(listener, served));
        let client = config.with_protocol_versions(&[version]).unwrap().with_root_certificates(roots.clone()).with_no_client_auth();
        let mut connection = ClientConnection::new(Arc::new(client), ServerName::try_from("localhost").unwrap()).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let mut tls = Stream::new(&mut connection, &mut stream);
        tls.write_all(b"ping").unwrap();
        let mut answer = [0; 4];
        tls.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"pong");
        assert_eq!(server.join().unwrap().unwrap(), version.version);
    }
    // A greeting of TLS 1.1, as an old client sends it: version, random, no session, one cipher, no compression.
    let mut hello = vec![3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0, 0x2f, 1, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(hello);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || serve_one(listener, config));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(&record).unwrap();
    let mut alert = [0; 7];
    stream.read_exact(&mut alert).unwrap();
    assert_eq!((alert[0], alert[5]), (21, 2), "a fatal alert");
    assert!([40, 70].contains(&alert[6]), "handshake_failure or protocol_version, not {}", alert[6]);
    assert!(server.join().unwrap().is_err());
}

#[test]
fn a_wrong_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path());
    let missing = folder.path().join("neni.pem");
    assert!(server::tls::config(&missing, &key).unwrap_err().contains("neni.pem"));
    let empty = folder.path().join("prazdny.pem");
    std::fs::write(&empty, "").unwrap();
    assert!(server::tls::config(&empty, &key).unwrap_err().contains("prazdny.pem"));
    assert!(server::tls::config(&certificate, &certificate).unwrap_err().contains("cert.pem"));
}
