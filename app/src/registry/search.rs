//! `/registr`: the public search.

use super::address::{Asked, Filter};
use super::map::{HEIGHT, REGIONS, WIDTH};
use super::{results, words};
use crate::{components::*, error::AppError, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
use store::Tx;
use store::registry::search::{Facet, Facets, Found, Place, Sort, is_key, places, provider_name, search, total_of_words};

permit_page!("/registr" => Permission::Public);

/// Values of a filter that are seen at once; the others unfold.
const SEEN: usize = 6;

/// The place that was typed: known ones of that name, and where distances are measured from.
async fn measured(tx: &mut Tx, asked: &mut Asked) -> Result<Vec<Place>, AppError> {
    if asked.place.is_empty() {
        return Ok(Vec::new());
    }
    let found = places(tx, &asked.place).await?;
    let chosen = found.iter().find(|p| Some(&p.key) == asked.place_key.as_ref()).or(found.first());
    asked.query.origin = chosen.and_then(|p| p.point);
    if asked.query.origin.is_some() {
        asked.query.sort = asked.sort.unwrap_or(Sort::Distance);
    }
    Ok(found)
}

/// Reads what the address asks for.
pub async fn read(tx: &mut Tx, pairs: &[(String, String)], today: chrono::NaiveDate) -> Result<(Asked, Vec<Place>), AppError> {
    let mut asked = Asked::read(pairs, today);
    let places = measured(tx, &mut asked).await?;
    Ok((asked, places))
}

/// The page.
#[component]
pub fn SearchPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::Public).await?;
        let today = store::prague::day(request::info().received_at);
        let (mut asked, places) = read(&mut tx, &request::query_pairs(), today).await?;
        let found = search(&mut tx, &asked.query, asked.page).await?;
        if found.rows.is_empty() && found.total > 0 {
            asked.page = 1;
            request::go_to(&asked.href("/registr"));
        }
        let provider = match &asked.query.provider {
            Some(provider) => provider_name(&mut tx, provider).await?,
            None => None,
        };
        let without = if found.total == 0 && asked.filters() > 0 { total_of_words(&mut tx, &asked.query).await? } else { 0 };
        let sub =
            format!("Registr poskytovatelů sociálních služeb celé České republiky · stav ke dni {}", domain::time::date(asked.query.on));
        Ok(view! {
            <Page title="Najděte sociální službu" sub=sub calm=true>
                <div class="main main--calm">
                    <form class="stack" action="/registr">
                        {asked.sort.and_then(|_| asked.pairs().into_iter().find(|(n, _)| *n == "razeni")).map(|(n, v)| view! { <input type="hidden" name=n value=v/> })}
                        {asked.query.provider.clone().filter(|v| is_key(v)).map(|v| view! { <input type="hidden" name="poskytovatel" value=v/> })}
                        {what(&asked, &places)}
                        <div class="cols cols--facets">
                            {refine(&asked, &found.facets)}
                            <section class="stack" aria-label="Výsledky">
                                <div class="row"><h2>{words::services(found.total)}</h2>{results::chips(&asked, &found, provider)}</div>
                                {found.similar.then(|| view! { <Banner tone=Tone::Info>"Přesně tomu, co jste napsali, nic neodpovídá. Tohle je nejpodobnější."</Banner> })}
                                <div class="cols cols--map">{found_list(&asked, &found, without)}{aside(&asked, &found.facets)}</div>
                            </section>
                        </div>
                    </form>
                </div>
            </Page>
        }
        .into_any())
    })
}

/// The two fields at the top.
fn what(asked: &Asked, places: &[Place]) -> AnyView {
    let unknown = (!asked.place.is_empty() && places.is_empty())
        .then(|| format!("Obec „{}“ neznáme, vzdálenosti proto neukazujeme. Zkontrolujte název.", asked.place));
    let many: Vec<(String, String)> = if places.len() > 1 {
        let link = |p: &Place| (p.name.clone(), asked.changed(|a| a.place_key = Some(p.key.clone())));
        places.iter().take(12).map(link).collect()
    } else {
        Vec::new()
    };
    view! {
        <div class="card" role="search">
            <div class="fields fields--search">
                <div class="field field--wide"><label for="q">"Co nebo koho hledáte"</label><div class="searchbox"><Icon name="search"/><input class="input input--l" id="q" name="q" type="search" maxlength="200" value=asked.query.text.clone()/></div></div>
                <div class="field"><label for="kde">"Blízko obce"</label><div class="searchbox"><Icon name="pin"/><input class="input input--l" id="kde" name="kde" maxlength="100" value=asked.place.clone() aria-describedby=unknown.is_some().then_some("kde-m")/></div></div>
                <button class="btn btn--primary btn--l">"Hledat"</button>
            </div>
            {unknown.map(|text| view! { <Message id="kde-m" tone=Tone::Warn text=text/> })}
            {(!many.is_empty()).then(|| view! {
                <p class="meta inline"><span>"Obcí toho jména je víc:"</span>{many.into_iter().map(|(name, href)| view! { <a href=href>{name}</a> }).collect_view()}</p>
            })}
            <p class="meta">"Hledá i bez háčků a čárek a snese překlepy. Zkuste název, místo, IČO nebo číslo služby."</p>
        </div>
    }
    .into_any()
}

/// The filters; on a phone they open over the page.
fn refine(asked: &Asked, facets: &Facets) -> AnyView {
    let chosen = asked.filters();
    let count =
        (chosen > 0).then(|| format!("{chosen} {}", domain::text::plural(i64::try_from(chosen).unwrap_or(5), "filtr", "filtry", "filtrů")));
    let bad = asked.bad_day.clone();
    let day = bad.clone().unwrap_or_else(|| domain::time::date(asked.query.on));
    let group = |filter: Filter, words: &'static str, open: bool| facet(filter, words, facets, filter.of(&asked.query), open);
    view! {
        <div>
            <button class="btn btn--block facets__open" type="button" popovertarget="upresnit"><Icon name="filter"/>"Upřesnit"<span class="muted">{count}</span></button>
            <div class="card facets" id="upresnit" popover>
                <div class="card__head"><h2>"Upřesnit"</h2><button class="btn facets__close" type="button" popovertarget="upresnit" popovertargetaction="hide">"Zavřít"</button></div>
                <div>
                    {group(Filter::Kraj, "Kraj", true)}
                    {group(Filter::Okres, "Okres", true)}
                    {group(Filter::Obec, "Obec", true)}
                    {group(Filter::Kind, "Druh služby", true)}
                    {group(Filter::Form, "Forma", true)}
                    {group(Filter::Group, "Komu pomáhá", !asked.query.groups.is_empty())}
                    {(!asked.query.provider.as_deref().is_some_and(is_key)).then(|| view! {
                        <div class="facet"><div class="field">
                            <label for="poskytovatel">"Poskytovatel (název nebo IČO)"</label>
                            <input class="input" id="poskytovatel" name="poskytovatel" maxlength="100" value=asked.query.provider.clone().unwrap_or_default()/>
                        </div></div>
                    })}
                    <div class="facet"><div class="field">
                        <label for="ke">"Stav ke dni"</label>
                        <input class="input" id="ke" name="ke" inputmode="numeric" maxlength="40" value=day aria-invalid=bad.is_some().then_some("true") aria-describedby=bad.is_some().then_some("ke-m")/>
                        {bad.map(|text| view! { <Message id="ke-m" tone=Tone::Error text=domain::time::NotADate(text).to_string()/> })}
                    </div></div>
                    <label class="check"><input type="checkbox" name="ukoncene" value="1" checked=asked.query.ended/>"i ukončené a budoucí služby"<span class="count">{words::number(facets.ended)}</span></label>
                </div>
                <button class="btn btn--block">"Použít"</button>
            </div>
        </div>
    }
    .into_any()
}

fn option(filter: Filter, facet: &Facet, chosen: bool) -> impl IntoView + use<> {
    view! { <label class="check"><input type="checkbox" name=filter.name() value=facet.key.clone() checked=chosen/>{facet.name.clone()}<span class="count">{words::number(facet.count)}</span></label> }
}

/// One filter: chosen and most frequent values, the others unfold.
fn facet(filter: Filter, label: &'static str, facets: &Facets, chosen: &[String], open: bool) -> Option<impl IntoView + use<>> {
    let all = results::facets_of(facets, filter);
    if all.is_empty() {
        return None;
    }
    let is_chosen = |f: &Facet| chosen.contains(&f.key);
    let mut counts: Vec<i64> = all.iter().map(|f| f.count).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let least = counts.get(SEEN - 1).copied().unwrap_or_default();
    let (mut seen, mut folded) = (Vec::new(), Vec::new());
    let mut frequent = 0;
    for f in all {
        if is_chosen(f) || (f.count >= least && frequent < SEEN) {
            frequent += usize::from(!is_chosen(f));
            seen.push(option(filter, f, is_chosen(f)));
        } else {
            folded.push(option(filter, f, false));
        }
    }
    let more = match filter {
        Filter::Kind => "Další druhy",
        Filter::Group => "Další skupiny",
        Filter::Kraj => "Další kraje",
        Filter::Okres => "Další okresy",
        Filter::Obec => "Další obce",
        Filter::Form => "Další formy",
    };
    let count = folded.len();
    Some(view! {
        <details class="facet" open=open>
            <summary>{label}<svg class="icon chev" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-chev"></use></svg></summary>
            <div class="facet__list" role="group" aria-label=label>
                {seen}
                {(count > 0).then(|| view! { <details class="facet__more"><summary>{format!("{more} ({count})")}</summary><div class="facet__list">{folded}</div></details> })}
            </div>
        </details>
    })
}

fn found_list(asked: &Asked, found: &Found, without: i64) -> AnyView {
    if found.total == 0 && without > 0 {
        let text = format!(
            "Zvoleným filtrům neodpovídá žádná služba. Bez filtrů {} {}, i ukončených.",
            domain::text::plural(without, "by to byla", "by to byly", "by to bylo"),
            words::services(without)
        );
        let all = asked.changed(|a| {
            let text = a.query.text.clone();
            *a = Asked { place: a.place.clone(), place_key: a.place_key.clone(), sort: a.sort, ..Asked::default() };
            (a.query.text, a.query.ended) = (text, true);
        });
        return view! { <div class="card"><Empty title="Takovou službu v registru nemáme" text=text way=(all, "Zrušit filtry".to_owned())/></div> }.into_any();
    }
    if found.total == 0 {
        let (title, text) = if asked.filters() > 0 {
            (
                "Takovou službu v registru nemáme",
                "Možná je toho zvoleno moc najednou. Zkuste zrušit některý filtr, nebo hledejte jen částí názvu.",
            )
        } else if asked.query.text.is_empty() {
            ("Registr je zatím prázdný", "Služby se v něm objeví po prvním importu otevřených dat MPSV.")
        } else {
            (
                "Takovou službu v registru nemáme",
                "Zkuste kratší nebo jiné slovo, název obce, IČO poskytovatele nebo sedmimístné číslo služby.",
            )
        };
        return view! { <div class="card"><Empty title=title text=text way=("/registr".to_owned(), "Zobrazit všechny služby".to_owned())/></div> }.into_any();
    }
    view! {
        <div class="card card--list">
            {results::orders(asked)}
            {results::list(found.clone(), asked.query.on)}
            {results::pages(asked, found.total)}
        </div>
    }
    .into_any()
}

/// The map with the same numbers in a table behind it, and the list to take away.
fn aside(asked: &Asked, facets: &Facets) -> AnyView {
    let count = |key: &str| facets.kraje.iter().find(|f| f.key == key).map_or(0, |f| f.count);
    let most = REGIONS.iter().map(|r| count(&r.key)).max().unwrap_or(0).max(1);
    let regions = REGIONS.iter().map(|r| {
        let n = count(&r.key);
        let on = asked.query.kraje.contains(&r.key);
        let (shape, text) = match (on, n * 3 / most) {
            (true, _) => ("on", "inv"),
            (_, 0) => ("", ""),
            (_, 1) => ("m2", "m2t"),
            _ => ("m3", "m3t"),
        };
        let href = if on {
            asked.without(Filter::Kraj, &r.key)
        } else {
            asked.changed(|a| {
                a.query.kraje = vec![r.key.clone()];
                a.query.okresy.clear();
                a.query.obce.clear();
            })
        };
        let label = format!("{}: {}{}", r.name, words::services(n), if on { ", vybráno" } else { "" });
        view! { <a href=href aria-label=label><path class=shape d=r.path.as_str()></path><text class=text x=r.x y=r.y>{words::number(n)}</text></a> }
    });
    let table =
        facets.kraje.iter().map(|f| view! { <tr><th scope="row">{f.name.clone()}</th><td class="num">{words::number(f.count)}</td></tr> });
    view! {
        <aside class="card sticky" aria-label="Mapa krajů">
            <h2>"Kde služby jsou"</h2>
            <svg class="map chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="group" aria-label="Mapa krajů s počtem služeb">{regions.collect_view()}</svg>
            <p class="meta">"Číslo je počet nalezených služeb, které v kraji působí; služba může působit ve více krajích. Hranice: ČÚZK, RÚIAN."</p>
            <details class="meta"><summary>"Tatáž čísla v tabulce"</summary>
                <table class="data"><thead><tr><th scope="col">"Kraj"</th><th scope="col" class="num">"Služby"</th></tr></thead><tbody>{table.collect_view()}</tbody></table>
            </details>
            <p><a class="btn btn--block" href=asked.href("/registr.csv") download="registr.csv">"Vzít jako seznam (CSV)"</a></p>
        </aside>
    }
    .into_any()
}
