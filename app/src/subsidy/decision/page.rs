//! `/dotace/{rok}/{kolo}/navrhy`: the proposal against the allocation, the steps, the amounts.

use super::{
    change_amount::ChangeAmount,
    close_step::CloseStep,
    make_proposal::MakeProposal,
    proposal::{self, Filter, Line, Proposal, crowns},
};
use crate::{
    components::*,
    form::Typed,
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        awards::chart::AllocationBar,
        tabs::{self, RoundState, RoundTabs, Step},
    },
};
use domain::{
    accounts::Right,
    money::Money,
    subsidy::{amount::Crowns, decision::Decision},
    text::plural,
    time::{date, date_time},
};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::subsidy::{
    rounds::{self, KrajRound},
    runs::{self, RunRow},
};
use uuid::Uuid;

permit_page!("/dotace/{rok}/{kolo}/navrhy" => ROUND_VIEW);

/// `/dotace/{rok}/{kolo}/navrhy`.
#[component]
pub fn ProposalsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let proposal = proposal::load(&mut tx, &own).await?;
        let runs = runs::runs(&mut tx, own.id).await?;
        let pairs = request::query_pairs();
        let editing = pairs.iter().find(|(name, _)| name == "upravit").and_then(|(_, id)| id.parse().ok());
        let decides = request::actor().has(Right::Decision) && own.results_published_at.is_none();
        let crumbs = tabs::crumbs(&round);
        let beside = view! { <RoundState own=Some(own.clone())/> }.into_any();
        let under = view! { <RoundTabs round step=Step::Proposals progress/> }.into_any();
        let body = match proposal {
            None => view! { <Choose runs own decides version=0/> }.into_any(),
            Some(proposal) => {
                let filter = Filter::of(&pairs);
                view! { <Decided proposal own runs filter editing decides/> }.into_any()
            }
        };
        Ok(view! {
            <Page title="Návrhy" crumbs=crumbs beside=beside under=under>
                <div class="main stack">{body}</div>
            </Page>
        }
        .into_any())
    })
}

/// The hidden fields that say which round a command is for.
#[component]
fn RoundFields(own: KrajRound) -> impl IntoView {
    view! {
        <input type="hidden" name="rok" value=own.year/>
        <input type="hidden" name="kolo" value=own.number/>
    }
}

/// Choosing the run that becomes the proposal.
#[component]
fn Choose(runs: Vec<RunRow>, own: KrajRound, decides: bool, version: i64) -> impl IntoView {
    let calculation = tabs::href(own.year, own.number, "/vypocet");
    if runs.is_empty() {
        return view! {
            <Empty title="Návrh ještě není z čeho udělat" text="Návrh vychází z běhu výpočtu, a zatím žádný neproběhl. Spusťte výpočet a vraťte se sem."
                way=(calculation, "Přejít na výpočet".to_owned())/>
        }
        .into_any();
    }
    if !decides {
        return view! {
            <Empty title="Žádný běh se ještě nestal návrhem" text="Návrh z běhu udělá pracovník s právem „Vyhodnocení žádostí“." way=(calculation, "Prohlédnout běhy".to_owned())/>
        }
        .into_any();
    }
    let typed = Typed::of(MakeProposal::PATH);
    let refusal = typed.refusal().map(|error| error.sentence.clone());
    let chosen = typed.value("beh", runs.first().map(|run| run.id.to_string()).unwrap_or_default());
    let options = runs
        .into_iter()
        .map(|run| {
            let words = format!(
                "č. {} {} · {} · rozděluje {} · {}",
                run.number,
                run.name,
                format_args!("{} {}", run.scheme_name, run.scheme_version),
                Money::crowns(run.awarded),
                date_time(store::prague::local(run.created_at))
            );
            (run.id.to_string(), words)
        })
        .collect::<Vec<_>>();
    let chain = own.chain.0.join(" → ");
    view! {
        <section class="card" aria-labelledby="vyber-behu">
            <h2 id="vyber-behu">{if version == 0 { "Udělat návrh z běhu výpočtu" } else { "Vyměnit návrh za jiný běh" }}</h2>
            {refusal.map(|text| view! { <Banner tone=Tone::Error alert=true>{text}</Banner> })}
            <p class="meta">{format!("Návrh pak projde kroky: {chain}. Dokud není první krok uzavřen, jde vyměnit.")}</p>
            <form class="stack" method="post">
                <CommandFields path=MakeProposal::PATH version=version/>
                <RoundFields own/>
                <Choice name="beh" label="Běh výpočtu" options=options value=chosen/>
                <div class="row"><button class="btn btn--primary" type="submit">"Udělat z běhu návrh"</button></div>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Decided(proposal: Proposal, own: KrajRound, runs: Vec<RunRow>, filter: Filter, editing: Option<Uuid>, decides: bool) -> impl IntoView {
    let decision = proposal.decision().clone();
    let untouched = decision.steps().iter().all(|step| step.closed.is_none());
    let version = proposal.stored.row_version;
    let other = (decides && untouched && runs.len() > 1).then(|| {
        let changes = decision.steps().iter().map(|step| step.changes.len()).sum::<usize>();
        let warning = (changes > 0)
            .then(|| format!("Výměnou se zahodí {changes} {}.", plural(changes as i64, "změna částky", "změny částek", "změn částek")));
        view! {
            <details class="card"><summary>"Vyměnit návrh za jiný běh"</summary>
                {warning.map(|text| view! { <p class="meta">{text}</p> })}
                <Choose runs own=own.clone() decides=true version=version/>
            </details>
        }
    });
    view! {
        <Sum decision=decision.clone() proposal=proposal.clone() own=own.clone()/>
        <Steps decision=decision.clone() own=own.clone() decides version/>
        {other}
        <Amounts proposal own filter editing decides=decides && decision.current().is_some()/>
    }
}

/// The sum against the allocation, always in sight.
#[component]
fn Sum(decision: Decision, proposal: Proposal, own: KrajRound) -> impl IntoView {
    let (left, over) = decision.left_and_over();
    let run = format!("z běhu č. {} {}", proposal.stored.run_number, proposal.stored.run_name);
    let note = if decision.rules().allocation == crowns(own.allocation) {
        None
    } else {
        Some(format!(
            "Alokace kola je teď {}, návrh vznikl s {}. Pro novou alokaci spusťte výpočet a udělejte návrh z něj.",
            crowns(own.allocation),
            decision.rules().allocation
        ))
    };
    view! {
        <section class="card" aria-labelledby="soucet">
            <div class="card__head">
                <h2 id="soucet">"Návrhy proti alokaci"</h2>
                {if over.is_zero() {
                    view! { <Pill tone=Tone::Ok word=format!("zbývá {left}")/> }
                } else {
                    view! { <Pill tone=Tone::Error word=format!("chybí {over}")/> }
                }}
                <span class="meta row--end">{run}</span>
            </div>
            <AllocationBar sum=decision.sum() allocation=decision.rules().allocation/>
            {note.map(|text| view! { <Banner tone=Tone::Warn>{text}</Banner> })}
        </section>
    }
}

/// The steps of the chain, the current one with its form.
#[component]
fn Steps(decision: Decision, own: KrajRound, decides: bool, version: i64) -> impl IntoView {
    let current = decision.current();
    let rows = decision
        .steps()
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let keys = decision.rows().keys();
            let sum: Crowns = keys.filter_map(|key| decision.amount_after(key, at + 1)).sum();
            let pill = match (&step.closed, current == Some(at)) {
                (Some(_), _) => view! { <Pill tone=Tone::Ok word="uzavřen"/> },
                (None, true) => view! { <Pill tone=Tone::Violet word="rozhoduje se"/> },
                (None, false) => view! { <Pill tone=Tone::Neutral icon="clock" word="čeká"/> },
            };
            let begun = step.closed.is_some() || current == Some(at);
            let (day, resolution) = match &step.closed {
                Some(closed) => (date(closed.date), closed.resolution.clone()),
                None => ("–".to_owned(), "–".to_owned()),
            };
            view! {
                <tr>
                    <td class="num muted">{at + 1}</td>
                    <th scope="row">{step.name.clone()}</th>
                    <td>{pill}</td>
                    <td class="nowrap">{day}</td>
                    <td>{resolution}</td>
                    <td class="num">{if begun { step.changes.len().to_string() } else { "–".to_owned() }}</td>
                    <td class="num">{if begun { sum.plain() } else { "–".to_owned() }}</td>
                </tr>
            }
        })
        .collect_view();
    let end: Option<AnyView> = match (current.and_then(|at| decision.steps().get(at)), own.results_published_at) {
        (Some(step), _) if decides => {
            let last = current == Some(decision.steps().len() - 1);
            Some(view! { <Close name=step.name.clone() last own version over=decision.left_and_over().1/> }.into_any())
        }
        (Some(_), _) => None,
        (None, None) => Some(
            view! {
                <Banner tone=Tone::Ok>
                    "Všechny kroky jsou uzavřené, dotace jsou přiznané. Poskytovatelé je uvidí po zveřejnění. "
                    <a href=tabs::href(own.year, own.number, "/zverejneni")>"Přejít na zveřejnění"</a>
                </Banner>
            }
            .into_any(),
        ),
        (None, Some(at)) => Some(
            view! {
                <Banner tone=Tone::Ok>
                    {format!("Výsledky byly zveřejněny {}. ", date_time(store::prague::local(at)))}
                    <a href=tabs::href(own.year, own.number, "/zverejneni")>"Co je zveřejněno"</a>
                </Banner>
            }
            .into_any(),
        ),
    };
    view! {
        <section class="card card--flush" aria-labelledby="kroky">
            <div class="card__head"><h2 id="kroky">"Kroky rozhodování"</h2></div>
            <div class="grid grid--bare" role="region" aria-label="Tabulka: kroky rozhodování" tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col" class="num">"Krok"</th><th scope="col">"Kdo rozhoduje"</th><th scope="col">"Stav"</th><th scope="col">"Datum"</th><th scope="col">"Usnesení"</th><th scope="col" class="num">"Změn"</th><th scope="col" class="num">"Součet, Kč"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {end.map(|end| view! { <div class="card__foot">{end}</div> })}
        </section>
    }
}

#[component]
fn Close(name: String, last: bool, own: KrajRound, version: i64, over: Crowns) -> impl IntoView {
    let typed = Typed::of(CloseStep::PATH);
    let refusal = typed.refusal().map(|error| error.sentence.clone());
    let today = date(store::prague::day(request::info().received_at));
    let consequence = if last {
        "Uzavřením posledního kroku se částky stanou přiznanými dotacemi. Zpět to vzít nejde, potom už jen změnou dotace."
    } else {
        "Uzavřený krok už nejde měnit; další změny zapíše následující krok."
    };
    view! {
        <form class="stack" method="post" aria-labelledby="uzavrit-krok">
            <h3 id="uzavrit-krok">{format!("Uzavřít krok: {name}")}</h3>
            {refusal.map(|text| view! { <Banner tone=Tone::Error alert=true>{text}</Banner> })}
            {(!over.is_zero()).then(|| view! { <Banner tone=Tone::Warn>{format!("Součet je o {over} nad alokací. Krok půjde uzavřít, až částky snížíte.")}</Banner> })}
            <CommandFields path=CloseStep::PATH version=version/>
            <RoundFields own/>
            <div class="cols cols--half">
                <Field name="datum" label="Datum usnesení" value=typed.value("datum", today) error=typed.error("datum") limit=20/>
                <Field name="usneseni" label="Číslo usnesení nebo jednací číslo" value=typed.value("usneseni", "") error=typed.error("usneseni") limit=100/>
            </div>
            <p class="meta">{consequence}</p>
            <div class="row"><button class="btn btn--primary" type="submit">"Uzavřít krok"</button></div>
        </form>
    }
}

/// The amounts of all services.
#[component]
fn Amounts(proposal: Proposal, own: KrajRound, filter: Filter, editing: Option<Uuid>, decides: bool) -> impl IntoView {
    let here = tabs::href(own.year, own.number, "/navrhy");
    let query = filter.query();
    let suffix = if query.is_empty() { String::new() } else { format!("?{query}") };
    let steps = proposal.begun();
    let shown = proposal.shown(&filter);
    let (count, all) = (shown.len(), proposal.lines.len());
    let columns = 6 + steps.len() + usize::from(decides);
    let refused = Typed::of(ChangeAmount::PATH).typed("sluzba").and_then(|id| id.parse().ok());
    let editing = refused.or(editing).filter(|_| decides);
    let sums: Vec<Crowns> = std::iter::once(shown.iter().map(|line| line.request).sum())
        .chain([shown.iter().map(|line| line.maximum).sum(), shown.iter().map(|line| line.proposed).sum()])
        .chain((0..steps.len()).map(|at| shown.iter().filter_map(|line| line.steps.get(at)).map(|(amount, _)| *amount).sum()))
        .collect();
    let rows = shown
        .iter()
        .map(|line| {
            let open = editing == Some(line.id);
            let edit = open.then(|| view! { <Edit line=(*line).clone() own=own.clone() version=proposal.stored.row_version columns back=format!("{here}{suffix}")/> });
            view! {
                <AmountRow line=(*line).clone() own=own.clone() reasons=proposal.reasons(line) decides query=query.clone()/>
                {edit}
            }
        })
        .collect_view();
    let empty = shown.is_empty().then(|| {
        let text = format!("Bez filtru jich je {all}.");
        view! { <Empty title="Filtru neodpovídá žádná služba" text=text way=(here.clone(), "Zrušit filtr".to_owned())/> }
    });
    let any = !shown.is_empty();
    view! {
        <form class="filters" aria-label="Filtr návrhů">
            <label for="q">"Služba, poskytovatel, číslo"</label>
            <input class="input" id="q" name="q" type="search" maxlength="200" value=filter.text.clone()/>
            <label class="check"><input type="checkbox" name="zmeny" value="ano" checked=filter.changed/><span>"jen změněné"</span></label>
            <button class="btn" type="submit"><Icon name="filter"/>"Filtrovat"</button>
            {filter.is_set().then(|| view! { <a href=here.clone()>"Zrušit filtr"</a> })}
            <Exports table=here.clone() query=suffix/>
        </form>
        {empty}
        {any.then(|| view! {
            <div class="grid" role="region" aria-label="Návrhy částek" tabindex="0">
                <table class="data">
                    <thead>
                        <tr>
                            <th scope="col" class="pin">"Služba"</th>
                            <th scope="col">"Poskytovatel"</th>
                            <th scope="col">"Druh"</th>
                            <th scope="col" class="num">"Požadavek, Kč"</th>
                            <th scope="col" class="num">"Nejvýše, Kč"</th>
                            <th scope="col" class="num">"Výpočet, Kč"</th>
                            {steps.iter().map(|step| view! { <th scope="col" class="num">{format!("{step}, Kč")}</th> }).collect_view()}
                            {decides.then(|| view! { <th scope="col"><span class="sr">"Změna"</span></th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" class="pin">{if filter.is_set() { "Celkem ve filtru" } else { "Celkem" }}</th>
                            <td></td>
                            <td></td>
                            {sums.into_iter().map(|sum| view! { <td class="num">{sum.plain()}</td> }).collect_view()}
                            {decides.then(|| view! { <td></td> })}
                        </tr>
                    </tfoot>
                </table>
            </div>
            <div class="gridfoot"><span>{format!("Zobrazeno {count} z {all} služeb")}</span></div>
        })}
    }
}

#[component]
fn AmountRow(line: Line, own: KrajRound, reasons: String, decides: bool, query: String) -> impl IntoView {
    let here = tabs::href(own.year, own.number, "/navrhy");
    let mut before = line.proposed;
    let cells = line
        .steps
        .iter()
        .map(|(amount, change)| {
            let class = match (change.is_some(), amount.cmp(&before)) {
                (true, std::cmp::Ordering::Greater) => "num pos",
                (true, std::cmp::Ordering::Less) => "num neg",
                _ => "num",
            };
            before = *amount;
            let icon = change.is_some().then(|| view! { <Icon name="pencil"/>" " });
            view! { <td class=class title=change.as_ref().map(|change| change.reason.clone())>{icon}{amount.plain()}</td> }
        })
        .collect_view();
    let edit = decides.then(|| {
        let and = if query.is_empty() { String::new() } else { format!("&{query}") };
        view! { <td class="nowrap"><a href=format!("{here}?upravit={}{and}#radek-{}", line.id, line.id) aria-label=format!("Změnit částku: {}", line.name)>"Změnit"</a></td> }
    });
    let why = tabs::href(own.year, own.number, &format!("/vysledek/{}/proc-tolik", line.id));
    let note = (!reasons.is_empty()).then(|| view! { <br/><span class="meta why">{reasons}</span> });
    view! {
        <tr id=format!("radek-{}", line.id)>
            <th scope="row" class="pin"><a class="clip w-name" href=why title=line.name.clone()>{line.name.clone()}</a>" "<span class="meta">{line.identifikator}</span>{note}</th>
            <td><span class="clip w-name" title=line.provider.clone()>{line.provider.clone()}</span></td>
            <td class="nowrap">{format!("§ {}", line.paragraph)}</td>
            <td class="num">{line.request.plain()}</td>
            <td class="num">{line.maximum.plain()}</td>
            <td class="num">{line.proposed.plain()}</td>
            {cells}
            {edit}
        </tr>
    }
}

/// The form of one amount, under its row.
#[component]
fn Edit(line: Line, own: KrajRound, version: i64, columns: usize, back: String) -> impl IntoView {
    let typed = Typed::of_form(ChangeAmount::PATH, "sluzba", &line.id.to_string());
    let refusal = typed.refusal().map(|error| error.sentence.clone());
    let last = line.steps.last().and_then(|(_, change)| change.as_ref()).map(|change| change.reason.clone()).unwrap_or_default();
    let reason_error = typed.error("duvod");
    let described = reason_error.as_ref().map(|_| "duvod-m".to_owned()).unwrap_or_default();
    let help = format!("0, nebo nejvýše {}; částka předchozího kroku změnu zruší.", line.maximum);
    let version = typed
        .typed("verze")
        .and_then(|text| text.parse().ok())
        .filter(|_| typed.refusal().is_some_and(|e| e.code != crate::error::Code::Stale))
        .unwrap_or(version);
    view! {
        <tr class="under">
            <td colspan=columns>
                <form class="stack" method="post" aria-label=format!("Změna částky: {}", line.name)>
                    {refusal.map(|text| view! { <Banner tone=Tone::Error alert=true>{text}</Banner> })}
                    <CommandFields path=ChangeAmount::PATH version=version/>
                    <RoundFields own/>
                    <input type="hidden" name="sluzba" value=line.id.to_string()/>
                    <div class="cols cols--half">
                        <Field name="castka" label="Nová částka" value=typed.value("castka", line.amount.plain()) help=help error=typed.error("castka") unit="Kč" limit=40/>
                        <div class="field">
                            <label for="duvod">"Důvod změny"</label>
                            <TextArea name="duvod" value=typed.value("duvod", last) rows=2 limit=2000 described_by=described invalid=reason_error.is_some()/>
                            {reason_error.map(|text| view! { <Message id="duvod-m" tone=Tone::Error text=text/> })}
                        </div>
                    </div>
                    <div class="row"><button class="btn btn--primary" type="submit">"Uložit částku"</button><a class="btn btn--quiet" href=back>"Nechat beze změny"</a></div>
                </form>
            </td>
        </tr>
    }
}
