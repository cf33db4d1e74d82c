//! The registering authorities of providers that an import touched.

use super::{ImportError, Run};
use crate::accounts::{NewOrganisation, ensure_organisation};
use domain::accounts::OrganisationKind;
use domain::registry::authority::estimate;
use domain::registry::problem::ProblemKind;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

impl Run<'_> {
    /// Estimates the authority of new and changed providers; what was set is never changed.
    pub(super) async fn estimate_authorities(&mut self) -> Result<(), ImportError> {
        if self.state.estimate.is_empty() {
            return Ok(());
        }
        let kraje = self.authorities().await?;
        let ids: Vec<Uuid> = self.state.estimate.keys().copied().collect();
        let mut regions: HashMap<Uuid, BTreeMap<String, i64>> = HashMap::new();
        let counts = sqlx::query!(
            r#"select provider_id as "provider_id!", kraj as "kraj!", facilities as "facilities!" from app.facility_regions($1, $2)"#,
            &ids,
            self.as_of
        )
        .fetch_all(&mut **self.tx)
        .await?;
        for row in counts {
            regions.entry(row.provider_id).or_default().insert(row.kraj, row.facilities);
        }
        let present = sqlx::query!(
            "select id, name, registrar_id from provider where id = any ($1) and registrar_source is distinct from 'set' order by name, id",
            &ids
        )
        .fetch_all(&mut **self.tx)
        .await?;
        let none = BTreeMap::new();
        let (mut providers, mut authorities) = (Vec::new(), Vec::new());
        for row in present {
            let seat = self.state.estimate.get(&row.id).and_then(|s| s.as_deref());
            let kraj = estimate(seat, regions.get(&row.id).unwrap_or(&none)).and_then(|key| kraje.get(key));
            match kraj {
                None if row.registrar_id.is_none() => {
                    let text = format!("U poskytovatele „{}“ není znám registrující orgán, určí ho MPSV.", row.name);
                    self.problems.say(ProblemKind::Authority, "poskytovatel", text, None, Some(row.id));
                }
                Some((organisation, name)) if row.registrar_id != Some(*organisation) => {
                    if row.registrar_id.is_some() {
                        let text = format!("Odhad registrujícího orgánu poskytovatele „{}“ se změnil na {name}.", row.name);
                        self.problems.say(ProblemKind::Authority, "poskytovatel", text, None, Some(row.id));
                    }
                    providers.push(row.id);
                    authorities.push(*organisation);
                }
                _ => {}
            }
        }
        sqlx::query!(
            "update provider p set registrar_id = n.registrar_id, registrar_source = 'estimated', row_version = row_version + 1
             from unnest($1::uuid[], $2::uuid[]) as n (id, registrar_id) where p.id = n.id and p.registrar_source is distinct from 'set'",
            &providers,
            &authorities
        )
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }

    /// The organisations of all regions by their key; one that is not there yet is made.
    async fn authorities(&mut self) -> Result<HashMap<String, (Uuid, String)>, ImportError> {
        let kraje = sqlx::query!("select key, name from territory where level = 'kraj'").fetch_all(&mut **self.tx).await?;
        let mut all = HashMap::with_capacity(kraje.len());
        for kraj in kraje {
            let new =
                NewOrganisation { kind: OrganisationKind::Kraj, name: &kraj.name, ico: None, kraj_code: Some(&kraj.key), provider: None };
            let id = ensure_organisation(self.tx, &new, self.at).await?;
            all.insert(kraj.key, (id, kraj.name));
        }
        Ok(all)
    }
}
