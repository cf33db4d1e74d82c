//! `kraj108 verify`: recomputes the audit chains, the sums and the states of the whole database.

use crate::{cluster::Database, config::Config};
use domain::accounts::Actor;
use store::Store;

/// Prints every fault; gives whether there was none.
pub async fn verify(config: &Config, database: &str, json: bool) -> Result<bool, Box<dyn std::error::Error>> {
    let database = Database::open(config, database).await?;
    let store = Store::new(database.pool(2).await?);
    let faults = faults(&store).await?;
    if json {
        println!("{}", serde_json::json!({ "faults": faults }));
    } else if faults.is_empty() {
        println!("V pořádku: řetězce auditní stopy, součty i stavy souhlasí.");
    } else {
        for fault in &faults {
            println!("{fault}");
        }
    }
    database.close();
    Ok(faults.is_empty())
}

/// Every fault as a sentence: links in the order of their chains, then the rest by the alphabet.
pub async fn faults(store: &Store) -> Result<Vec<String>, store::StoreError> {
    let mut tx = store.begin(&Actor::System).await?;
    let mut faults: Vec<String> = store::audit::broken(&mut tx)
        .await?
        .into_iter()
        .map(|b| format!("auditní stopa {}, záznam {}: {}", b.chain, b.seq, b.fault))
        .collect();
    let mut subsidy = store::subsidy::verify(&mut tx).await?;
    subsidy.sort();
    faults.append(&mut subsidy);
    Ok(faults)
}
