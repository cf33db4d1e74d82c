//! Nobody gets at what is not theirs: random people call every page, file and command with the keys of others.
//!
//! The scene is the demo: one kraj with an open and a decided round, its people, a provider with applications. The strangers are a kraj and a
//! provider of their own with every right that their kind can hold, and the public; the poor are people of the scene's own organisations without any
//! right. After every call two things must hold: what came back has nothing that is private to the scene (keys and texts; what the call itself sent
//! does not count), and every row of the scene is as it was. Whoever lacks the declared right is refused. Then fences are taken down one by one –
//! policies of the database, rights that the code asks for – and each time the same test must notice.

use crate::support::{Answer, Person, World, html::Form};
use app::permission::{Declared, declared};
use domain::accounts::{OrganisationKind, Permission, Right, Role};
use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use server::demo::{Scale, command::DemoArgs};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};
use uuid::Uuid;

const NOW: &str = "2026-11-23T09:00:00Z";
/// Foreign calls of every function in a whole pass.
const CALLS: usize = 115;

/// Names and values of a form.
type Pairs = Vec<(String, String)>;

/// What is private to the scene, and how it is called.
struct Scene {
    world: World,
    /// Strangers: they hold every right of their kind, in organisations of their own.
    strangers: Vec<Option<Person>>,
    /// People of the scene's organisations who hold nothing.
    poor: Vec<Person>,
    /// People of the scene with every right of their kind.
    own: Vec<Person>,
    /// Keys by table.
    keys: BTreeMap<String, Vec<String>>,
    /// Private keys and texts.
    private: HashSet<String>,
    texts: Vec<String>,
    /// Forms that pages of the scene show to its own people: what a command is really sent.
    forms: BTreeMap<String, Vec<(usize, Pairs)>>,
    /// Keys that strangers tried: their own trail tells them.
    tried: tokio::sync::Mutex<HashSet<String>>,
    /// Addresses that its own people really open, by the pattern of their route.
    addresses: BTreeMap<String, BTreeSet<String>>,
}

/// Tables whose keys and rows are the scene's alone. The register and code lists are public; sessions and the trail change by every call.
const PRIVATE: [&str; 19] = [
    "account",
    "account_import",
    "account_right",
    "application",
    "application_event",
    "application_import",
    "application_part",
    "assessment",
    "calculation_run",
    "consent",
    "decision",
    "formal_check",
    "identity",
    "part_service",
    "passkey",
    "person",
    "scheme",
    "scheme_version",
    "service_input",
];
/// Tables whose rows must stay, too, though anybody may read them.
const KEPT: [&str; 24] = [
    "award",
    "award_detail",
    "backup",
    "codelist_row",
    "extraordinary_term",
    "facility",
    "facility_private",
    "facility_secret",
    "facility_version",
    "identity_provider",
    "kraj_round",
    "mail",
    "news",
    "news_file",
    "operations_setting",
    "organisation",
    "outage",
    "password_history",
    "provider",
    "provider_private",
    "recovery_code",
    "service",
    "service_private",
    "subsidy_round",
];

/// Commands whose form has to be filled in by hand, or asks for a password; tests of their own do that.
const BY_HAND: [&str; 22] = [
    "/prikaz/aktuality/ulozit",
    "/prikaz/dotace/formalni-kontrola",
    "/prikaz/dotace/hodnotit",
    "/prikaz/dotace/navrh-z-behu",
    "/prikaz/dotace/precist-zadosti",
    "/prikaz/dotace/pridat-sluzby",
    "/prikaz/dotace/pridelit",
    "/prikaz/dotace/sloupce-ulozit",
    "/prikaz/prihlasit",
    "/prikaz/prihlasit/jinde",
    "/prikaz/prihlasit/obnova",
    "/prikaz/prihlasovani/ulozit",
    "/prikaz/provoz/odstavka",
    "/prikaz/registr/ukoncit-sluzbu",
    "/prikaz/registr/urcit-organ",
    "/prikaz/registr/utajit-adresu",
    "/prikaz/ucet/email",
    "/prikaz/ucet/heslo",
    "/prikaz/ucet/identita/odpojit",
    "/prikaz/ucet/identita/pripojit",
    "/prikaz/ucty/zablokovat",
    "/prikaz/ucty/zalozit",
];

/// The kinds of the scene's own organisations, in the order of its people.
const KINDS: [OrganisationKind; 3] = [OrganisationKind::Kraj, OrganisationKind::Provider, OrganisationKind::Mpsv];

impl Scene {
    async fn new() -> Self {
        let world = World::at(NOW).await;
        let passwords = Arc::new(app::accounts::passwords::Passwords::new(64, 1, 2).unwrap());
        let args = DemoArgs { scale: Scale::Kraj, seed: 5, write_rpss: None, services: Some(12), json: false };
        server::demo::command::fill(&world.store, &passwords, world.now(), &args, &|_| {}).await.unwrap();
        let kraj = world.kraj("60").await;
        let provider: (Uuid,) =
            sqlx::query_as("select id from organisation where kind = 'provider'").fetch_one(&world.owner).await.unwrap();
        let other_provider: (Uuid, String) = sqlx::query_as(
            "select p.id, p.name from provider p where not exists (select from organisation o where o.provider_id = p.id)
             and not exists (select from part_service s where s.provider_id = p.id) order by p.id limit 1",
        )
        .fetch_one(&world.owner)
        .await
        .unwrap();
        let organisations = [kraj, provider.0, world.mpsv().await];
        let kinds = KINDS.into_iter().zip(organisations);
        let (mut own, mut poor) = (Vec::new(), Vec::new());
        for (kind, organisation) in kinds {
            own.push(full(&world, "Vlastní Člověk", kind, organisation).await);
            let person = world.person("Nemajetný Člověk", role_of(kind), organisation).await;
            sqlx::query("delete from account_right where account_id = $1").bind(person.account).execute(&world.owner).await.unwrap();
            poor.push(person);
        }
        // Things that the demo does not have.
        let consent = "insert into consent (id, person_id, organisation_id, given_on, channel, file_name, file, noted_at)
             select gen_random_uuid(), person_id, organisation_id, '2026-11-01', 'listina', 'souhlas-tajny.pdf', '\\x255044462d', $1 from account where id = $2";
        sqlx::query(consent).bind(world.now()).bind(own[0].account).execute(&world.owner).await.unwrap();
        for sql in [
            "insert into passkey (id, person_id, credential_id, name, content, made_at)
             select gen_random_uuid(), person_id, '\\x0102', 'tajný notebook', '{}', $1 from account where id = $2",
            "insert into identity (issuer, subject, person_id, linked_at)
             select 'https://caais.example', 'tajny-subjekt', person_id, $1 from account where id = $2",
            "insert into identity_provider (id, name, issuer, client_id, two_factors, active, made_at)
             select gen_random_uuid(), 'CAAIS', 'https://caais.example', 'kraj108', false, true, $1 from account where id = $2",
        ] {
            sqlx::query(sql).bind(world.now()).bind(own[0].account).execute(&world.owner).await.unwrap();
        }
        sqlx::query(
            "insert into account_import (id, organisation_id, file_name, content, made_by, made_at)
             select gen_random_uuid(), organisation_id, 'tajne-ucty.csv', E'uzivatelske_jmeno;jmeno;prijmeni;sada\\ntajny.ucet;Tajný;Člověk;kraj_assessor', id, $1 from account where id = $2",
        )
        .bind(world.now())
        .bind(own[0].account)
        .execute(&world.owner)
        .await
        .unwrap();
        let foreign_kraj = world.kraj("51").await;
        let foreign_provider = world.organisation_of(other_provider.0, &other_provider.1).await;
        let strangers = vec![
            Some(full(&world, "Cizí Krajanka", OrganisationKind::Kraj, foreign_kraj).await),
            Some(full(&world, "Cizí Poskytovatel", OrganisationKind::Provider, foreign_provider).await),
            None,
        ];
        let mut scene = Self {
            world,
            strangers,
            poor,
            own,
            keys: BTreeMap::new(),
            private: HashSet::new(),
            texts: Vec::new(),
            forms: BTreeMap::new(),
            addresses: BTreeMap::new(),
            tried: tokio::sync::Mutex::default(),
        };
        scene.apply().await;
        scene.collect().await;
        let before = scene.rows().await;
        scene.walk().await;
        assert_eq!(before, scene.rows().await, "whoever only opens pages changes nothing");
        scene
    }

    /// The provider begins an application in the open round: the demo has only such as the kraj loaded from a file.
    async fn apply(&self) {
        let page = "/dotace/zadosti";
        let provider = &self.own[1];
        let answer = self.world.fill(provider, page, "/prikaz/dotace/zalozit-zadost", |_| {}).await;
        assert!(answer.goes().starts_with("/dotace/zadosti/"));
    }

    /// Keys and texts of the scene, without those of the strangers.
    async fn collect(&mut self) {
        let foreign: Vec<Uuid> = self.strangers.iter().flatten().map(|p| p.account).collect();
        for table in PRIVATE {
            let of = match table {
                "account" => "id <> all($1)",
                "account_right" => "account_id <> all($1)",
                "person" => "id not in (select person_id from account where id = any($1))",
                _ => "$1::uuid[] is not null",
            };
            let key = match table {
                "assessment" | "formal_check" | "decision" | "identity" | "service_input" => continue,
                _ => "id",
            };
            let sql = format!("select {key}::text from {table} where {of} order by 1");
            let keys: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(&foreign).fetch_all(&self.world.owner).await.unwrap();
            self.private.extend(keys.iter().cloned());
            self.keys.insert(table.to_owned(), keys);
        }
        for (table, key) in [("kraj_round", "id"), ("organisation", "id"), ("service", "id"), ("provider", "id"), ("facility", "id")] {
            let sql = format!("select {key}::text from {table} order by 1 limit 200");
            let keys = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&self.world.owner).await.unwrap();
            self.keys.insert(table.to_owned(), keys);
        }
        let texts = "select distinct t from (
               select name as t from person where id not in (select person_id from account where id = any($1)) union all
               select login from person where id not in (select person_id from account where id = any($1)) union all
               select name from passkey union all select subject from identity union all
               select file_name from consent union all select file_name from account_import union all
               select name from calculation_run) all_of_them where length(t) >= 6";
        self.texts = sqlx::query_scalar(texts).bind(&foreign).fetch_all(&self.world.owner).await.unwrap();
        // A sign-in name of one ordinary word stands in addresses, too.
        self.texts.retain(|text| text.contains([' ', '-', '.']));
    }

    /// Walks through the pages of the scene as its own people do, and keeps forms and addresses.
    async fn walk(&mut self) {
        let patterns: Vec<&'static str> = declared().into_iter().filter(|d| d.method == "GET").map(|d| d.path).collect();
        for (who, person) in self.own.clone().into_iter().enumerate() {
            let mut waiting: Vec<String> = patterns.iter().filter(|p| !p.contains('{')).map(|p| (*p).to_owned()).collect();
            let mut seen: HashSet<String> = waiting.iter().cloned().collect();
            let mut of_pattern: BTreeMap<&str, usize> = BTreeMap::new();
            while let Some(path) = waiting.pop() {
                let Some(pattern) = pattern_of(&patterns, path.split('?').next().unwrap()) else { continue };
                let count = of_pattern.entry(pattern).or_default();
                *count += 1;
                if *count > 4 {
                    continue;
                }
                let answer = self.world.get(Some(&person), &path).await;
                if answer.status != 200 {
                    continue;
                }
                self.addresses.entry(pattern.to_owned()).or_default().insert(path.clone());
                for (command, pairs) in forms(&answer.body) {
                    self.forms.entry(command).or_default().push((who, pairs));
                }
                for link in links(&answer.body) {
                    if seen.insert(link.clone()) {
                        waiting.push(link);
                    }
                }
            }
        }
    }

    /// A digest of every row of the scene by table: what strangers made for themselves is left out.
    async fn rows(&self) -> BTreeMap<String, HashSet<String>> {
        let foreign: Vec<String> = self.strangers.iter().flatten().map(|p| p.account.to_string()).collect();
        let mut all = BTreeMap::new();
        let mut owner = self.world.owner.acquire().await.unwrap();
        for table in PRIVATE.iter().chain(&KEPT) {
            let sql = format!("select md5(t::text) from {table} t");
            let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *owner).await.unwrap();
            all.insert((*table).to_owned(), rows.into_iter().collect());
        }
        // Rows of the strangers may change.
        for table in ["account", "account_right", "person"] {
            let of = match table {
                "account" => "id::text = any($1)",
                "account_right" => "account_id::text = any($1)",
                _ => "id in (select person_id from account where id::text = any($1))",
            };
            let sql = format!("select md5(t::text) from {table} t where {of}");
            let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(&foreign).fetch_all(&mut *owner).await.unwrap();
            let kept: &mut HashSet<String> = all.get_mut(table).unwrap();
            rows.iter().for_each(|row| _ = kept.remove(row));
        }
        all
    }

    /// A row that was added and names something of the scene: its private keys, its organisations, its round.
    async fn added(&self, table: &str, rows: &[&String]) -> Option<String> {
        let sql = format!("select t::text from {table} t where md5(t::text) = any($1)");
        let new: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(rows).fetch_all(&self.world.owner).await.unwrap();
        let strange: Vec<String> = self.strangers.iter().flatten().map(|p| p.account.to_string()).collect();
        new.into_iter().find(|row| {
            let keys = row.split(['(', ')', ',', '"', '{', '}']).filter(|part| part.len() == 36);
            keys.into_iter().any(|key| self.private.contains(key) && !strange.iter().any(|own| own == key))
        })
    }

    /// An address of a route with keys of the scene.
    fn address(&self, pattern: &str, rng: &mut ChaCha8Rng) -> String {
        if let Some(real) = self.addresses.get(pattern)
            && rng.random_bool(0.7)
        {
            let all: Vec<&String> = real.iter().collect();
            return (*all.choose(rng).unwrap()).clone();
        }
        let parts = pattern.split('/').map(|part| match part {
            "{rok}" => ["2026", "2027"].choose(rng).unwrap().to_string(),
            "{kolo}" | "{verze}" | "{cislo}" | "{beh}" => rng.random_range(1..4).to_string(),
            "{kraj}" => "60".to_owned(),
            "{ico}" => "12345679".to_owned(),
            part if part.starts_with('{') => self.key(pattern, part, rng),
            part => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }

    fn key(&self, pattern: &str, part: &str, rng: &mut ChaCha8Rng) -> String {
        let table = match (pattern, part) {
            (p, "{id}") if p.starts_with("/ucty/souhlas") => "consent",
            (p, "{id}") if p.starts_with("/ucty/import") => "account_import",
            (p, "{id}") if p.starts_with("/ucty") => "account",
            (p, "{id}") if p.starts_with("/dotace/zadosti") => "application",
            (_, "{udalost}") => "application_event",
            (_, "{zadost}") => "application_part",
            (_, "{sluzba}") => "part_service",
            (_, "{schema}") => "scheme",
            _ => *["service", "account", "application", "part_service"].choose(rng).unwrap(),
        };
        self.keys.get(table).and_then(|keys| keys.choose(rng)).cloned().unwrap_or_else(|| Uuid::nil().to_string())
    }

    /// What is sent to a command: what the scene's own people would send, sometimes changed; without such a form, its usual names with keys.
    fn pairs(&self, command: &str, rng: &mut ChaCha8Rng) -> Pairs {
        let mut pairs = match self.forms.get(command).and_then(|all| all.choose(rng)) {
            Some((_, pairs)) => pairs.clone(),
            None => self.usual(rng),
        };
        for (name, value) in &mut pairs {
            if name == "klic" {
                *value = Uuid::new_v4().to_string();
            } else if name != "_akce" && rng.random_bool(0.1) {
                *value = ["1", "", "2027", "ano", "Změna cizího", "0"].choose(rng).unwrap().to_string();
            }
        }
        pairs
    }

    fn usual(&self, rng: &mut ChaCha8Rng) -> Pairs {
        let key = |table: &str, rng: &mut ChaCha8Rng| self.keys.get(table).and_then(|k| k.choose(rng)).cloned().unwrap_or_default();
        let mut pairs: Pairs = [
            ("ucet", "account"),
            ("zadost", "application"),
            ("cast", "application_part"),
            ("sluzba", "part_service"),
            ("schema", "scheme"),
            ("verze_schematu", "scheme_version"),
            ("beh", "calculation_run"),
            ("organizace", "organisation"),
            ("poskytovatel", "provider"),
            ("zarizeni", "facility"),
            ("id", "application"),
        ]
        .into_iter()
        .map(|(name, table)| (name.to_owned(), key(table, rng)))
        .collect();
        for (name, value) in
            [("klic", ""), ("verze", "1"), ("rok", "2027"), ("kolo", "1"), ("kraj", "60"), ("duvod", "Cizí"), ("pole[ucel]", "x")]
        {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        pairs
    }

    async fn call(&self, d: &Declared, person: Option<&Person>, rng: &mut ChaCha8Rng) -> (Answer, String) {
        if d.method == "GET" {
            let address = self.address(d.path, rng);
            let answer = self.world.get(person, &address).await;
            (answer, address)
        } else if d.path.starts_with("/prikaz/") {
            let pairs = self.pairs(d.path, rng);
            let sent = serde_urlencoded::to_string(&pairs).unwrap();
            let answer = self.world.call(person, d.path, &pairs).await;
            (answer, sent)
        } else {
            let address = self.address(d.path, rng);
            let fields = [("den", "1. 11. 2026"), ("zpusob", "listina"), ("zprava", "")];
            let answer = self.world.upload(person, &address, &fields, ("soubor", "a.csv", b"%PDF-1.7")).await;
            (answer, address)
        }
    }

    /// Whether a page that has a private key in its address was opened.
    fn opened(&self, d: &Declared, answer: &Answer, sent: &str) -> bool {
        let asked = d.method == "GET" && d.permission != Permission::Public && answer.status == 200;
        asked && sent.split(['/', '?', '#']).any(|part| self.private.contains(part))
    }

    /// What of an answer is private to the scene and was not in the call.
    fn leak(&self, answer: &Answer, sent: &str, before: &HashSet<String>) -> Option<String> {
        let body = answer.body.as_bytes();
        for at in 0..body.len().saturating_sub(35) {
            if body[at + 8] == b'-' && body[at + 13] == b'-' && body[at + 18] == b'-' && body[at + 23] == b'-' {
                let text = String::from_utf8_lossy(&body[at..at + 36]);
                if self.private.contains(&*text) && !sent.contains(&*text) && !before.contains(&*text) {
                    return Some(text.into_owned());
                }
            }
        }
        self.texts.iter().find(|text| answer.body.contains(text.as_str()) && !sent.contains(text.as_str())).cloned()
    }

    /// One pass over all functions; gives how many calls were made, and the first faults.
    async fn pass(&self, calls: usize, seed: u64, most_faults: usize) -> (usize, Vec<String>) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (mut made, mut faults) = (0, Vec::new());
        let mut tried = self.tried.lock().await;
        let nothing = HashSet::new();
        let mut before = self.rows().await;
        let (mut strangers, mut poors) = (self.strangers.clone(), self.poor.clone());
        for d in declared() {
            // Some end or renew the caller's own session, so that the next calls would be those of nobody.
            for person in strangers.iter_mut().flatten().chain(&mut poors) {
                *person = self.world.again(person).await;
            }
            if d.path.contains("odhlasit") || d.path == "/zdravi/ready" {
                continue;
            }
            for n in 0..calls {
                let poor = n % 4 == 3;
                let person = if poor { poors.choose(&mut rng) } else { strangers.choose(&mut rng).unwrap().as_ref() };
                let (answer, sent) = self.call(&d, person, &mut rng).await;
                made += 1;
                tried.extend(sent.split(['/', '=', '&', '?']).filter(|part| part.len() == 36).map(ToOwned::to_owned));
                let who = person.map_or("veřejnost", |p| p.name.as_str());
                let place = format!("{who}: {} {} ({})", d.method, d.path, sent.chars().take(120).collect::<String>());
                if answer.status == 500 {
                    faults.push(format!("{place}: 500"));
                }
                let lacks =
                    matches!(d.permission, Permission::Has(_) | Permission::HasIn(..) | Permission::AnyOf(_)) && (poor || person.is_none());
                // A refused file is told on the page it was sent to, which may not be there at all.
                if lacks && !matches!(answer.status, 401 | 403) && !(answer.status == 404 && d.method == "POST") {
                    faults.push(format!("{place}: {} although the right is missing", answer.status));
                }
                if !poor && self.opened(&d, &answer, &sent) {
                    faults.push(format!("{place}: opened"));
                }
                // Who belongs to the organisation may see its people, as its pages show them.
                if !poor && let Some(text) = self.leak(&answer, &sent, if d.path.starts_with("/ucty/stopa") { &tried } else { &nothing }) {
                    faults.push(format!("{place}: {} shows {text}", answer.status));
                }
                if faults.len() >= most_faults {
                    return (made, faults);
                }
            }
            let after = self.rows().await;
            for (table, rows) in &before {
                let gone = rows.difference(&after[table]).count();
                if gone > 0 {
                    faults.push(format!("{} {}: {gone} rows of {table} changed", d.method, d.path));
                }
                let new: Vec<&String> = after[table].difference(rows).collect();
                if !new.is_empty()
                    && let Some(row) = self.added(table, &new).await
                {
                    faults.push(format!("{} {}: {table} has a new row of the scene: {row}", d.method, d.path));
                }
            }
            before = after;
            if faults.len() >= most_faults {
                return (made, faults);
            }
        }
        (made, faults)
    }
}

/// A person with every right that people of the kind can hold.
async fn full(world: &World, name: &str, kind: OrganisationKind, organisation: Uuid) -> Person {
    let person = world.person(name, role_of(kind), organisation).await;
    for right in Right::ALL.iter().filter(|right| right.holders().contains(&kind)) {
        sqlx::query(
            "insert into account_right (id, account_id, right_code, valid_from) select gen_random_uuid(), $1, $2, '2020-01-01'
             where not exists (select from account_right where account_id = $1 and right_code = $2)",
        )
        .bind(person.account)
        .bind(right.code())
        .execute(&world.owner)
        .await
        .unwrap();
    }
    person
}

fn role_of(kind: OrganisationKind) -> Role {
    match kind {
        OrganisationKind::Mpsv => Role::MpsvOfficer,
        OrganisationKind::Kraj => Role::KrajOfficer,
        OrganisationKind::Provider => Role::ProviderSubmitter,
    }
}

/// The pattern that a path fits: the one with the most words of its own.
fn pattern_of<'a>(patterns: &[&'a str], path: &str) -> Option<&'a str> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &&&str| {
        let own: Vec<&str> = pattern.split('/').collect();
        own.len() == parts.len() && own.iter().zip(&parts).all(|(p, part)| p.starts_with('{') || p == part)
    };
    patterns.iter().filter(fits).max_by_key(|p| p.split('/').filter(|part| !part.starts_with('{')).count()).copied()
}

fn links(body: &str) -> Vec<String> {
    let all = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(|href| href.starts_with('/') && !href.starts_with("/pkg"))
        .map(|href| href.split('#').next().unwrap().replace("&amp;", "&"))
        .collect()
}

/// Every form of a page that names a command, with what would be sent.
fn forms(body: &str) -> Vec<(String, Pairs)> {
    let commands: BTreeSet<&str> = body.split("value=\"/prikaz/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    commands
        .into_iter()
        .filter_map(|rest| {
            let command = format!("/prikaz/{rest}");
            let form = Form::of(body, &command)?;
            Some((command, form.pairs().into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect()))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_at_what_is_not_theirs() {
    let scene = Scene::new().await;
    let functions = declared().len();
    println!(
        "{functions} functions, {} commands with a real form, {} routes with real addresses, {} private keys, {} private texts",
        scene.forms.len(),
        scene.addresses.len(),
        scene.private.len(),
        scene.texts.len()
    );

    // What its own people call is let through: a server that refuses everything would pass the rest.
    let mut refused = Vec::new();
    let (mut let_through, mut done, mut unfilled) = (0, 0, Vec::new());
    for d in declared() {
        let rights = |p: &Person| scene.own.iter().position(|o| o.account == p.account).unwrap();
        let holders: Vec<&Person> = scene
            .own
            .iter()
            .filter(|p| {
                let kind = KINDS[rights(p)];
                match d.permission {
                    Permission::Has(right) => right.holders().contains(&kind),
                    Permission::HasIn(of, _) => of == kind,
                    Permission::AnyOf(rights) => rights.iter().any(|r| r.holders().contains(&kind)),
                    _ => true,
                }
            })
            .collect();
        // The steps of the sign-in and the figures of this machine have tests of their own.
        if holders.is_empty() || d.path == "/metrics" || d.permission == Permission::SigningIn || d.path.contains("odhlasit") {
            continue;
        }
        if d.method == "GET" {
            let mut statuses = Vec::new();
            let real = scene.addresses.get(d.path).cloned().unwrap_or_default();
            for address in real.iter().cloned().chain((!d.path.contains('{')).then(|| d.path.to_owned())) {
                for person in &holders {
                    statuses.push(scene.world.get(Some(person), &address).await.status);
                }
            }
            if statuses.iter().any(|status| matches!(status, 200 | 302 | 303)) {
                let_through += 1;
            } else if !statuses.is_empty() {
                refused.push(format!("{} {}: {statuses:?}", d.method, d.path));
            }
        } else if scene.forms.contains_key(d.path) {
            let mut statuses = Vec::new();
            for (who, pairs) in scene.forms[d.path].iter().take(3) {
                let mut pairs = pairs.clone();
                pairs.retain(|(name, _)| name != "klic");
                statuses.push(scene.world.call(Some(&scene.own[*who]), d.path, &pairs).await.status);
            }
            if statuses.iter().any(|status| *status < 400) {
                let_through += 1;
                done += 1;
            } else if statuses.iter().any(|status| !matches!(status, 401 | 403)) {
                // Let in, and refused for what the form of the scene says: it is filled by hand, or needs a password.
                let_through += 1;
                unfilled.push(d.path);
            } else {
                refused.push(format!("{} {}: {statuses:?}", d.method, d.path));
            }
        }
    }
    unfilled.retain(|path| !BY_HAND.contains(path));
    println!("{let_through} functions let their own people through, {done} commands were done; not filled: {unfilled:?}");
    assert_eq!(refused, Vec::<String>::new(), "own people are refused");
    assert_eq!(unfilled, Vec::<&str>::new(), "commands that their own people cannot finish with the form as it is shown");
    assert!(done >= 15, "only {done} commands were done for their own people");
    assert!(let_through >= 100, "only {let_through} functions could be tried by their own people");
    scene.world.end().await;

    let scene = Scene::new().await;
    let (calls, faults) = scene.pass(CALLS, 7, 20).await;
    println!("{calls} foreign calls, {} leaks", faults.len());
    assert_eq!(faults, Vec::<String>::new(), "{calls} calls");
    assert!(calls >= 20_000, "{calls}");

    // Now fences are taken down, one at a time, and the same pass must notice.
    let mut found = 0;
    let policies = ["application", "consent", "account_import", "award_detail", "audit.event"];
    let rights = [Right::SystemAdministration, Right::Assessment, Right::Decision, Right::RoundAdministration, Right::AuditView];
    let mut missed = Vec::new();
    for table in policies {
        let switch = async |word: &str| {
            let role = if table.starts_with("audit") { "kraj_audit" } else { "kraj_owner" };
            let sql = format!("set role {role}; alter table {table} {word} row level security; reset role");
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&scene.world.owner).await.unwrap();
        };
        switch("disable").await;
        let (calls, faults) = scene.pass(36, 11, 1).await;
        switch("enable").await;
        println!("without the policies of {table}: {} after {calls} calls", faults.first().map_or("nothing noticed", String::as_str));
        if faults.is_empty() { missed.push(table.to_owned()) } else { found += 1 }
    }
    for right in rights {
        app::request::mutation::switch_off(Some(right));
        let (calls, faults) = scene.pass(36, 11, 1).await;
        app::request::mutation::switch_off(None);
        println!("without asking for {}: {} after {calls} calls", right.code(), faults.first().map_or("nothing noticed", String::as_str));
        if faults.is_empty() { missed.push(right.code().to_owned()) } else { found += 1 }
    }
    println!("{found} of {} mutations found", policies.len() + rights.len());
    assert_eq!(missed, Vec::<String>::new(), "mutations that nobody noticed");
}

#[tokio::test]
async fn the_role_that_serves_owns_nothing_and_cannot_bypass_policies() {
    let world = World::at(NOW).await;
    let mut tx = world.store.begin(&domain::accounts::Actor::Public).await.unwrap();
    let (user, superuser, bypass): (String, bool, bool) =
        sqlx::query_as("select current_user::text, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!((user.as_str(), superuser, bypass), ("kraj_app", false, false));
    let owned: i64 =
        sqlx::query_scalar("select count(*) from pg_class where relowner = (select oid from pg_roles where rolname = current_user)")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    assert_eq!(owned, 0);
    let bare: Vec<String> = sqlx::query_scalar(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname in ('public', 'audit') and not c.relrowsecurity and c.relname not like '\\_sqlx%' order by 1",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    println!("tables without row level security: {bare:?}");
    // What the trail's owner keeps for itself nobody else may read at all.
    let readable: Vec<String> = sqlx::query_scalar(
        "select t from unnest($1::text[]) t where has_table_privilege(current_user, t, 'select, insert, update, delete')",
    )
    .bind(&bare)
    .fetch_all(&mut *tx)
    .await
    .unwrap();
    assert_eq!(readable, Vec::<String>::new());
    drop(tx);
    world.end().await;
}
