//! `/dotace/{rok}/{kolo}/zverejneni`: what publication will do, in numbers, and what it did.

use super::publish::{PUBLISHES, PublishResults};
use crate::{
    components::*,
    form::Typed,
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        awards::chart::AllocationBar,
        decision::proposal::crowns,
        tabs::{self, RoundState, RoundTabs, Step},
    },
};
use domain::{subsidy::amount::Crowns, text::plural, time::date_time};
use leptos::prelude::*;
use server_fn::ServerFn;
use std::collections::BTreeSet;
use store::subsidy::{
    awards::{self, AwardRow},
    decisions,
    rounds::{self, KrajRound},
};

permit_page!("/dotace/{rok}/{kolo}/zverejneni" => ROUND_VIEW);

/// `/dotace/{rok}/{kolo}/zverejneni`.
#[component]
pub fn PublicationPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let rows = awards::awards(&mut tx, own.id).await?;
        let steps = decisions::decision(&mut tx, own.id).await?;
        let open = steps.as_ref().map(|stored| {
            let decision = &stored.document;
            let at = decision.current();
            at.and_then(|at| decision.steps().get(at)).map(|step| step.name.clone())
        });
        let publishes = request::actor().require(PUBLISHES).is_ok();
        let crumbs = tabs::crumbs(&round);
        let beside = view! { <RoundState own=Some(own.clone())/> }.into_any();
        let under = view! { <RoundTabs round step=Step::Publication progress/> }.into_any();
        let proposals = (tabs::href(own.year, own.number, "/navrhy"), "Přejít na návrhy".to_owned());
        let body = match (own.results_published_at, open) {
            (Some(_), _) => view! { <Published own rows/> }.into_any(),
            (None, Some(None)) => view! { <Ready own rows publishes/> }.into_any(),
            (None, Some(Some(step))) => {
                let text = format!("Rozhodování je v kroku „{step}“. Zveřejnit jde, až budou uzavřené všechny kroky.");
                view! { <Empty title="Dotace ještě nejsou přiznané" text=text way=proposals/> }.into_any()
            }
            (None, None) => view! {
                <Empty title="Není co zveřejnit" text="Žádný běh výpočtu se ještě nestal návrhem, a bez návrhu nejsou přiznané dotace." way=proposals/>
            }
            .into_any(),
        };
        Ok(view! {
            <Page title="Zveřejnění" crumbs=crumbs beside=beside under=under>
                <div class="main stack">{body}</div>
            </Page>
        }
        .into_any())
    })
}

/// What the awards are in numbers.
#[component]
fn Numbers(own: KrajRound, rows: Vec<AwardRow>) -> impl IntoView {
    let sum: Crowns = rows.iter().map(|row| crowns(row.amount)).sum();
    let request: Crowns = rows.iter().map(|row| crowns(row.request)).sum();
    let supported = rows.iter().filter(|row| row.amount > 0).count();
    let none = rows.len() - supported;
    let providers = rows.iter().map(|row| row.provider_id).collect::<BTreeSet<_>>().len();
    view! {
        <section class="stats stats--strip" aria-label="Přiznané dotace v číslech">
            <div class="stat"><span class="stat__label">"Přiznáno"</span><span class="stat__value">{sum.to_string()}</span></div>
            <div class="stat"><span class="stat__label">"Požadavky"</span><span class="stat__value">{request.to_string()}</span></div>
            <div class="stat"><span class="stat__label">"Služby s dotací"</span><span class="stat__value">{supported}</span></div>
            <div class="stat"><span class="stat__label">"Služby bez dotace"</span><span class="stat__value">{none}</span></div>
            <div class="stat"><span class="stat__label">"Poskytovatelé"</span><span class="stat__value">{providers}</span></div>
        </section>
        <section class="card"><h2>"Přiznáno proti alokaci"</h2><AllocationBar sum allocation=crowns(own.allocation)/></section>
    }
}

#[component]
fn Ready(own: KrajRound, rows: Vec<AwardRow>, publishes: bool) -> impl IntoView {
    let typed = Typed::of(PublishResults::PATH);
    let refusal = typed.refusal().map(|error| error.sentence.clone());
    let count = rows.len();
    let back = tabs::href(own.year, own.number, "/navrhy");
    let form = publishes.then(|| {
        view! {
            <form method="post">
                <CommandFields path=PublishResults::PATH version=own.row_version/>
                <input type="hidden" name="rok" value=own.year/>
                <input type="hidden" name="kolo" value=own.number/>
                <div class="row">
                    <a class="btn" href=back>"Zpět k návrhům"</a>
                    <button class="btn btn--primary" type="submit">{format!("Zveřejnit {count} {}", plural(count as i64, "výsledek", "výsledky", "výsledků"))}</button>
                </div>
            </form>
        }
    });
    let missing = (!publishes).then(|| view! { <p class="meta">"Zveřejnit výsledky může pracovník s právem „Vyhodnocení žádostí“ nebo „Administrace dotačního řízení kraje“."</p> });
    view! {
        {refusal.map(|text| view! { <Banner tone=Tone::Error alert=true>{text}</Banner> })}
        <Numbers own=own.clone() rows/>
        <section class="card" aria-labelledby="co-se-stane">
            <h2 id="co-se-stane">"Co zveřejnění udělá"</h2>
            <ul class="prose">
                <li>"Tabulka přiznaných dotací bude veřejná pro každého."</li>
                <li>"Každý poskytovatel uvidí svou částku, její hodnocení a vysvětlení „Proč tolik?“."</li>
                <li>"Kolo se uzavře: hodnocení, návrhy ani přiznané částky už nepůjdou měnit. Opravy se dělají změnou dotace."</li>
            </ul>
            <p><strong>"Zveřejnění nejde vzít zpět."</strong></p>
            {form}
            {missing}
        </section>
    }
}

#[component]
fn Published(own: KrajRound, rows: Vec<AwardRow>) -> impl IntoView {
    let at = own.results_published_at.map(|at| date_time(store::prague::local(at))).unwrap_or_default();
    let public = tabs::href(own.year, own.number, &format!("/vysledky/{}", own.kraj_code));
    let count = rows.len();
    view! {
        <Banner tone=Tone::Ok>
            <strong>{format!("Výsledky jsou zveřejněné od {at}. ")}</strong>
            {format!("Veřejná tabulka má {count} {}, poskytovatelé vidí svá hodnocení a vysvětlení.", plural(count as i64, "řádek", "řádky", "řádků"))}
        </Banner>
        <Numbers own=own.clone() rows/>
        <section class="card">
            <h2>"Co dál"</h2>
            <div class="row">
                <a class="btn btn--primary" href=public.clone()>"Otevřít veřejnou tabulku"</a>
                <a class="btn" href=format!("{public}/tabulka.csv") download><Icon name="down"/>"CSV"</a>
                <a class="btn" href=format!("{public}/tabulka.xlsx") download><Icon name="down"/>"XLSX"</a>
                <a class="btn" href=tabs::href(own.year, own.number, "/navrhy")>"Jak se rozhodovalo"</a>
            </div>
        </section>
    }
}
