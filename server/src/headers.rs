//! What every answer says about itself to the browser: one place, and a test that keeps it for all routes.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Headers of every answer. `secure` is set where people reach the application by TLS: then the browser never tries without it (RFC 6797).
pub fn set(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, content_policy(false));
    }
}

/// Headers of an answer that never reached the routes; nobody keeps it.
pub fn refused(headers: &mut HeaderMap, secure: bool) {
    set(headers, secure);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// What a page may load. One without islands runs no script at all; scripts are files of ours, so nobody needs a nonce.
pub fn content_policy(islands: bool) -> HeaderValue {
    HeaderValue::from_static(if islands {
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    } else {
        "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    })
}
