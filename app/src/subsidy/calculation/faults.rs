//! What stands in the way of a run, each line with the way to where it is mended.

use super::keep::RoundRows;
use crate::{components::*, subsidy::tabs};
use domain::{
    subsidy::{
        calculation::{
            Code, Fault, Part, Scheme,
            formula::{TokenKind, tokens},
            names::folded,
            scheme::Rule,
        },
        inputs::{self, Origin},
    },
    text::plural,
};
use leptos::prelude::*;
use store::subsidy::rounds::Round;

/// A fault with its way out.
#[derive(Debug, Clone)]
pub struct FaultLine {
    /// Where: the service with its name, or the scheme.
    pub place: String,
    /// What and what to do.
    pub sentence: String,
    /// Address and words of where it is mended.
    pub way: (String, String),
}

/// The lines for the faults of a run of a scheme on a round. `editor` is the address of the version of the scheme.
pub fn lines(faults: &[Fault], scheme: &Scheme, rows: &RoundRows, round: &Round, editor: &str) -> Vec<FaultLine> {
    let sheet = rows.table(scheme).ok();
    faults
        .iter()
        .map(|fault| {
            let step = fault.step.as_ref().map(|step| match fault.position {
                Some(position) => format!(", krok {step}, znak {position}"),
                None => format!(", krok {step}"),
            });
            let at = step.unwrap_or_default();
            let Some((row, id)) = fault.identifikator.as_ref().and_then(|id| Some((rows.find(id)?, id))) else {
                let anchor = fault.step.as_ref().and_then(|step| scheme.step.iter().position(|other| other.name == *step));
                let href = anchor.map_or_else(|| editor.to_owned(), |at| format!("{editor}?cast=kroky#kroky-{at}"));
                return FaultLine {
                    place: format!("Schéma{at}"),
                    sentence: fault.message.clone(),
                    way: (href, "Opravit schéma".to_owned()),
                };
            };
            let assessment = (tabs::href(round.year, round.number, &format!("/hodnoceni/{}", row.id)), "Otevřít hodnocení".to_owned());
            let table = (fault.code == Code::MissingRate).then(|| table_of(scheme, fault)).flatten();
            let way = match (&fault.step, sheet.as_ref().and_then(|sheet| inputs::culprit(scheme, sheet, id)).map(inputs::origin)) {
                _ if table.is_some() => {
                    (format!("{editor}?cast=tabulky#tabulky-{}", table.unwrap_or_default()), "Doplnit sazbu do tabulky".to_owned())
                }
                (None, Some(Origin::Column)) => {
                    (tabs::href(round.year, round.number, &format!("/hodnoceni/sloupce?q={id}")), "Doplnit vstupy".to_owned())
                }
                _ => assessment,
            };
            FaultLine { place: format!("{} ({id}){at}", row.name), sentence: fault.message.clone(), way }
        })
        .collect()
}

/// The table that the formula asks at the place of the fault.
fn table_of(scheme: &Scheme, fault: &Fault) -> Option<usize> {
    let step = scheme.step.iter().find(|step| Some(&step.name) == fault.step.as_ref())?;
    let text = match (&step.rule, fault.part) {
        (Rule::Formula(text), _) => text,
        (Rule::Statistic(statistic), Some(Part::Where)) => statistic.condition.as_ref()?,
        (Rule::Statistic(statistic), Some(Part::Otherwise)) => statistic.otherwise.as_ref()?,
        (Rule::Statistic(statistic), _) => statistic.of.as_ref()?,
    };
    let token = tokens(text).into_iter().find(|token| Some(token.at) == fault.position)?;
    let TokenKind::Name(name) = token.kind else { return None };
    scheme.table.iter().position(|table| folded(&table.name) == folded(&name))
}

/// The list.
#[component]
pub fn FaultList(
    /// The lines.
    lines: Vec<FaultLine>,
) -> impl IntoView {
    let count = lines.len();
    let words = plural(i64::try_from(count).unwrap_or(i64::MAX), "chyba", "chyby", "chyb");
    let more = (count >= 100).then(|| view! { <p class="meta">"Vypsáno je prvních 100 služeb s chybou, další se ukážou po opravě."</p> });
    view! {
        <section class="card" aria-labelledby="chyby-behu">
            <div class="card__head"><h2 id="chyby-behu">"Co brání výpočtu"</h2><span class="count">{format!("{count} {words}")}</span></div>
            <ul class="protocol">
                {lines.into_iter().map(|line| view! {
                    <li data-tone="error">
                        <a href=line.way.0><Icon name="error"/><span><strong>{line.place}</strong>": "{line.sentence}</span><small>{line.way.1}</small></a>
                    </li>
                }).collect_view()}
            </ul>
            {more}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::subsidy::calculation::BUILTIN;

    #[test]
    fn a_missing_rate_leads_to_its_table() {
        let scheme = Scheme::from_toml(BUILTIN[0].toml).unwrap();
        let Rule::Formula(formula) = &scheme.step[0].rule else { panic!("a formula") };
        let place = formula.chars().collect::<String>().find("cislo_skupiny").map(|byte| formula[..byte].chars().count() + 1).unwrap();
        let fault = Fault::new(Code::MissingRate, "x").of_service("1").in_step("skupina_pob").in_part(Part::Formula).at(place);
        assert_eq!(table_of(&scheme, &fault), Some(0));
        assert_eq!(table_of(&scheme, &fault.at(1)), None);
    }
}
