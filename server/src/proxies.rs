//! Whose word on the address of a client counts: that of the proxies that the configuration names, and nobody else's.

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::{net::IpAddr, str::FromStr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Networks of the proxies in front of the application; empty when there is none.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl FromStr for Proxies {
    type Err = String;

    /// Addresses and networks, separated by commas: `10.0.0.5, 10.1.0.0/16`.
    fn from_str(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| {
                part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)).map_err(|_| format!("„{part}“ není adresa ani síť"))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Proxies {
    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address.to_canonical()))
    }

    /// The address of whoever asks. Each proxy adds the address that it saw at the end of the list, so it is read from there, and the first one
    /// that is no proxy of ours is the client; what stands before it the client may have written.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.has(peer) {
            return peer;
        }
        let mut client = peer;
        let values: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
        for part in values.iter().rev().flat_map(|value| value.rsplit(',')) {
            let Ok(address) = part.trim().parse::<IpAddr>() else { break };
            client = address.to_canonical();
            if !self.has(client) {
                break;
            }
        }
        client
    }

    /// Whether a request came straight from this machine: not through a proxy, and from nowhere else.
    pub fn is_local(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        peer.to_canonical().is_loopback() && !self.has(peer) && !headers.contains_key(FORWARDED_FOR) && !headers.contains_key("forwarded")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (FORWARDED_FOR, value.parse().unwrap())).collect()
    }

    #[test]
    fn only_named_proxies_say_who_asks() {
        let named: Proxies = "10.0.0.5, 192.168.0.0/16 , ::1".parse().unwrap();
        let client = |peer: &str, values: &[&str]| named.client(peer.parse().unwrap(), &headers(values)).to_string();
        for (peer, values, expected) in [
            // Nobody's word but the peer's own address.
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.5", &[][..], "10.0.0.5"),
            ("10.0.0.5", &["198.51.100.1"][..], "198.51.100.1"),
            // What the client wrote itself stands before what the proxy added.
            ("10.0.0.5", &["1.1.1.1, 198.51.100.1"][..], "198.51.100.1"),
            ("10.0.0.5", &["1.1.1.1", "198.51.100.1"][..], "198.51.100.1"),
            // A second proxy of ours is passed over.
            ("10.0.0.5", &["1.1.1.1, 198.51.100.1, 192.168.3.4"][..], "198.51.100.1"),
            ("::1", &["2001:db8::7"][..], "2001:db8::7"),
            ("::ffff:10.0.0.5", &["198.51.100.1"][..], "198.51.100.1"),
            // Nonsense ends the walk at the last address that a proxy vouched for.
            ("10.0.0.5", &["198.51.100.1, nesmysl"][..], "10.0.0.5"),
            ("10.0.0.5", &["nesmysl, 192.168.3.4"][..], "192.168.3.4"),
        ] {
            assert_eq!(client(peer, values), expected, "{peer} {values:?}");
        }
        assert!("10.0.0.5, stroj".parse::<Proxies>().unwrap_err().contains("stroj"));
    }

    #[test]
    fn this_machine_is_nobody_behind_a_proxy() {
        let none = Proxies::default();
        assert!(none.is_local("127.0.0.1".parse().unwrap(), &HeaderMap::new()));
        assert!(!none.is_local("10.1.1.1".parse().unwrap(), &HeaderMap::new()));
        assert!(!none.is_local("127.0.0.1".parse().unwrap(), &headers(&["203.0.113.9"])));
        let proxied: Proxies = "127.0.0.1".parse().unwrap();
        assert!(!proxied.is_local("127.0.0.1".parse().unwrap(), &HeaderMap::new()));
    }
}
