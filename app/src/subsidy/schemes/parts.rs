//! Inputs, parameters, tables and allocation of a scheme, each as one form.

use super::{
    edit_scheme::EditScheme,
    editor::Shown,
    steps::{Bar, Move},
};
use crate::{components::*, form};
use domain::{
    subsidy::{
        calculation::{
            Scheme, builtin,
            scheme::{Input, Kind},
        },
        inputs::{Origin, origin},
        scheme_edit::{Fields, Part, fields, path},
    },
    text::plural,
};
use leptos::prelude::*;
use server_fn::ServerFn;

/// What a form of a part reads its fields from.
#[derive(Debug, Clone)]
struct Source {
    shown: Shown,
    part: Part,
    stored: Fields,
}

impl Source {
    fn of(shown: &Shown, part: Part) -> Self {
        Self { shown: shown.clone(), part, stored: fields(shown.scheme(), part) }
    }

    fn value(&self, path: &str) -> String {
        self.shown.typed.value(&form::name(path), self.stored.get(path).cloned().unwrap_or_default())
    }

    fn error(&self, path: &str) -> Option<String> {
        self.shown.typed.error(path)
    }

    /// A field of a cell: named by its label, its fault under it.
    fn cell(&self, at: usize, field: &str, label: String, class: &'static str, limit: u32) -> AnyView {
        let path = path(self.part, at, field);
        let error = self.error(&path);
        let (id, message) = (form::id(&path), format!("{}-m", form::id(&path)));
        let described = error.is_some().then(|| message.clone());
        let readonly = !self.shown.may_edit;
        view! {
            <input class=class id=id name=form::name(&path) value=self.value(&path) aria-label=label maxlength=limit aria-invalid=error.is_some().then_some("true") aria-describedby=described readonly=readonly/>
            {error.map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
        }
        .into_any()
    }

    fn choice(&self, at: usize, field: &str, label: String, options: &[(&str, &str)]) -> AnyView {
        let path = path(self.part, at, field);
        let value = self.value(&path);
        let disabled = !self.shown.may_edit;
        let options = options
            .iter()
            .map(|(key, words)| view! { <option value=(*key).to_owned() selected=*key == value>{(*words).to_owned()}</option> })
            .collect_view();
        view! { <select class="input select input--cell select--cell" name=form::name(&path) aria-label=label disabled=disabled>{options}</select> }.into_any()
    }

    fn text(&self, path: &str, label: &'static str, help: Option<&'static str>, limit: u32) -> AnyView {
        match help {
            Some(help) => {
                view! { <Field name=form::name(path) label=label value=self.value(path) error=self.error(path) limit=limit help=help/> }
                    .into_any()
            }
            None => {
                view! { <Field name=form::name(path) label=label value=self.value(path) error=self.error(path) limit=limit/> }.into_any()
            }
        }
    }
}

/// The form around a part; what cannot be changed has none, so that nothing on it can be sent.
#[component]
fn PartForm(shown: Shown, part: Part, #[prop(optional)] bar: bool, children: Children) -> impl IntoView {
    if !shown.may_edit {
        return view! { <div class="stack">{children()}</div> }.into_any();
    }
    let id = shown.version.row.id.to_string();
    view! {
        <form class="stack" method="post">
            <CommandFields path=EditScheme::PATH version=shown.version.row_version/>
            <input type="hidden" name="schema" value=id/>
            <input type="hidden" name="cast" value=part.key()/>
            {bar.then(|| view! { <Bar/> })}
            {children()}
        </form>
    }
    .into_any()
}

/// Where an input gets its values from, in words.
fn from(input: &Input) -> (String, String) {
    match origin(input) {
        Origin::Bound(binding) => (binding.source.czech().to_owned(), binding.description.to_owned()),
        Origin::Criterion => ("hodnocení".to_owned(), "body kritéria, zadává hodnotitel".to_owned()),
        Origin::Column => ("kraj".to_owned(), "sloupec, který kraj vyplní nebo nahraje v hodnocení".to_owned()),
    }
}

/// The names that fill an input by themselves.
#[component]
fn BindingList() -> impl IntoView {
    let rows = builtin::bindings()
        .iter()
        .map(|binding| view! { <tr><th scope="row"><code>{binding.name}</code></th><td>{binding.source.czech()}</td><td>{binding.description}</td></tr> })
        .collect_view();
    view! {
        <details class="card">
            <summary>"Jména vstupů, která se plní sama"</summary>
            <div class="grid grid--bare" role="region" aria-label="Jména vstupů, která se plní sama" tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col">"Jméno"</th><th scope="col">"Odkud"</th><th scope="col">"Co to je"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

/// Inputs.
#[component]
pub fn InputsForm(
    /// The version.
    shown: Shown,
) -> impl IntoView {
    let source = Source::of(&shown, Part::Inputs);
    let rows = shown
        .scheme()
        .input
        .iter()
        .enumerate()
        .map(|(at, input)| {
            let name = input.name.clone();
            let label = |words: &str| format!("{words} vstupu {name}");
            let text_only = input.kind == Kind::Text;
            let (place, what) = from(input);
            view! {
                <tr id=format!("vstupy-{at}")>
                    <th scope="row">{source.cell(at, "jmeno", label("Jméno"), "input input--cell", 64)}</th>
                    <td>{source.choice(at, "typ", label("Druh"), &[("cislo", "číslo"), ("text", "text")])}</td>
                    <td><span class="tag">{place}</span>" "<span class="meta">{what}</span></td>
                    <td>{source.cell(at, "popis", label("Popis"), "input input--cell", 200)}</td>
                    <td>{source.cell(at, "jednotka", label("Jednotka"), "input input--cell", 200)}</td>
                    <td>{(!text_only).then(|| source.cell(at, "min", label("Nejméně"), "input input--cell num", 40))}</td>
                    <td>{(!text_only).then(|| source.cell(at, "max", label("Nejvýše"), "input input--cell num", 40))}</td>
                    <td>{source.cell(at, "vychozi", label("Výchozí hodnota"), "input input--cell num", 200)}</td>
                    <td>{(!text_only).then(|| source.choice(at, "kriterium", label("Kritérium"), &[("ne", "ne"), ("ano", "ano")]))}</td>
                    <td>{source.cell(at, "proc", label("Vysvětlení"), "input input--cell", 2000)}</td>
                    <td>{shown.may_edit.then(|| view! { <Move at name=format!("vstup {name}")/> })}</td>
                </tr>
            }
        })
        .collect_view();
    let count = shown.scheme().input.len();
    view! {
        <PartForm shown=shown.clone() part=Part::Inputs bar=true>
            <p class="meta">{format!("{count} {}. Vstup se jménem z registru, žádosti nebo hodnocení se plní sám; ostatní jsou sloupce kraje. Vstup bez výchozí hodnoty musí být vyplněn u každé služby.", plural(count as i64, "vstup", "vstupy", "vstupů"))}</p>
            <BindingList/>
            <div class="grid" role="region" aria-label="Vstupy schématu" tabindex="0">
                <table class="data data--edit">
                    <thead><tr>
                        <th scope="col">"Jméno"</th><th scope="col">"Druh"</th><th scope="col">"Odkud"</th><th scope="col">"Popis"</th><th scope="col">"Jednotka"</th>
                        <th scope="col" class="num">"Nejméně"</th><th scope="col" class="num">"Nejvýše"</th><th scope="col" class="num">"Výchozí"</th><th scope="col">"Kritérium"</th>
                        <th scope="col">"Vysvětlení"</th><th scope="col"><span class="sr">"Úpravy"</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </PartForm>
    }
}

/// Parameters.
#[component]
pub fn ParamsForm(
    /// The version.
    shown: Shown,
) -> impl IntoView {
    let source = Source::of(&shown, Part::Params);
    let rows = shown
        .scheme()
        .param
        .iter()
        .enumerate()
        .map(|(at, param)| {
            let name = param.name.clone();
            let label = |words: &str| format!("{words} parametru {name}");
            view! {
                <tr id=format!("parametry-{at}")>
                    <th scope="row">{source.cell(at, "jmeno", label("Jméno"), "input input--cell", 64)}</th>
                    <td>{source.choice(at, "typ", label("Druh"), &[("cislo", "číslo"), ("text", "text")])}</td>
                    <td>{source.cell(at, "hodnota", label("Hodnota"), "input input--cell num", 200)}</td>
                    <td>{source.cell(at, "jednotka", label("Jednotka"), "input input--cell", 200)}</td>
                    <td>{source.cell(at, "popis", label("Popis"), "input input--cell", 200)}</td>
                    <td>{source.cell(at, "proc", label("Vysvětlení"), "input input--cell", 2000)}</td>
                    <td>{shown.may_edit.then(|| view! { <Move at name=format!("parametr {name}")/> })}</td>
                </tr>
            }
        })
        .collect_view();
    let empty = shown.scheme().param.is_empty();
    view! {
        <PartForm shown=shown.clone() part=Part::Params bar=true>
            <p class="meta">"Parametr platí pro všechny služby. Hodnoty jdou zkoušet na stránce Co kdyby u běhu."</p>
            {if empty {
                view! { <Empty title="Schéma nemá parametry" text="Parametr je hodnota společná všem službám, například nejvyšší část nákladů."/> }.into_any()
            } else {
                view! {
                    <div class="grid" role="region" aria-label="Parametry schématu" tabindex="0">
                        <table class="data data--edit">
                            <thead><tr>
                                <th scope="col">"Jméno"</th><th scope="col">"Druh"</th><th scope="col" class="num">"Hodnota"</th><th scope="col">"Jednotka"</th><th scope="col">"Popis"</th>
                                <th scope="col">"Vysvětlení"</th><th scope="col"><span class="sr">"Úpravy"</span></th>
                            </tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </PartForm>
    }
}

/// Tables of rates.
#[component]
pub fn TablesForm(
    /// The version.
    shown: Shown,
) -> impl IntoView {
    let source = Source::of(&shown, Part::Tables);
    let cards = shown
        .scheme()
        .table
        .iter()
        .enumerate()
        .map(|(at, table)| {
            let here = |field: &str| path(Part::Tables, at, field);
            let rows_path = here("radky");
            let error = source.error(&rows_path);
            let message = format!("{}-m", form::id(&rows_path));
            let help = format!("{}-h", form::id(&rows_path));
            let described = if error.is_some() { format!("{help} {message}") } else { help.clone() };
            let count = table.rows.len();
            let rows = u32::try_from(count.clamp(3, 18)).unwrap_or(18);
            let matching = here("hledani");
            view! {
                <section class="card stack" id=format!("tabulky-{at}") aria-label=format!("Tabulka {}", table.name)>
                    <div class="card__head">
                        <h2>{table.name.clone()}</h2><span class="count">{format!("{count} {}", plural(count as i64, "řádek", "řádky", "řádků"))}</span>
                        {shown.may_edit.then(|| view! { <Move at name=format!("tabulku {}", table.name)/> })}
                    </div>
                    <fieldset class="stack" disabled=!shown.may_edit>
                        <div class="fields">
                            {source.text(&here("jmeno"), "Jméno ve vzorcích", None, 64)}
                            {source.text(&here("popis"), "Popis", None, 200)}
                            {source.text(&here("jednotka"), "Jednotka sazby", None, 200)}
                            {source.text(&here("klice"), "Klíče", Some("Oddělte středníkem, například druh; forma."), 2000)}
                            {source.text(&here("cisla"), "Klíče, které jsou čísla", Some("Ostatní klíče jsou texty a porovnávají se přesně."), 2000)}
                            <Choice name=form::name(&matching) label="Hledání posledního klíče" value=source.value(&matching)
                                options=vec![("presne".to_owned(), "přesná hodnota".to_owned()), ("od".to_owned(), "od této hodnoty výš".to_owned())]/>
                            {source.text(&here("vychozi"), "Sazba pro chybějící řádek", Some("Nepovinné. Bez ní je chybějící řádek chyba."), 40)}
                            {source.text(&here("proc"), "Odkud sazby jsou", None, 4000)}
                        </div>
                        <div class="field">
                            <label for=form::id(&rows_path)>"Řádky"</label>
                            <TextArea name=form::name(&rows_path) id=form::id(&rows_path) value=source.value(&rows_path) rows limit=1_000_000 invalid=error.is_some() described_by=described class="formula"/>
                            <span class="field__help" id=help>"Klíče a na konci sazba. Zkopírujte sloupce v Excelu a vložte je sem; jinak oddělujte tabulátorem nebo středníkem."</span>
                            {error.map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
                        </div>
                    </fieldset>
                </section>
            }
        })
        .collect_view();
    let empty = shown.scheme().table.is_empty();
    view! {
        <PartForm shown=shown.clone() part=Part::Tables bar=true>
            {empty.then(|| view! { <Empty title="Schéma nemá tabulky sazeb" text="Tabulka dává sazbu podle klíčů, například náklady na jednotku podle druhu a formy služby."/> })}
            {cards}
        </PartForm>
    }
}

/// Names that the allocation can take.
fn names(scheme: &Scheme, without: &str) -> Vec<(String, String)> {
    let with = |name: &String, label: &Option<String>| {
        let words = label.as_ref().map_or_else(|| name.clone(), |label| format!("{name} – {label}"));
        (name.clone(), words)
    };
    let steps = scheme.step.iter().rev().map(|step| with(&step.name, &step.label));
    let inputs = scheme.input.iter().map(|input| with(&input.name, &input.label));
    let params = scheme.param.iter().map(|param| with(&param.name, &param.label));
    std::iter::once((String::new(), without.to_owned())).chain(steps).chain(inputs).chain(params).collect()
}

/// Name of the scheme, and how the money is divided.
#[component]
pub fn AllocationForm(
    /// The version.
    shown: Shown,
) -> impl IntoView {
    let source = Source::of(&shown, Part::Allocation);
    let here = |field: &str| format!("{}.{field}", Part::Allocation.key());
    let scheme = shown.scheme().clone();
    let choice = |field: &str, label: &'static str, without: &str, help: &'static str| -> AnyView {
        let path = here(field);
        let value = source.value(&path);
        let mut options = names(&scheme, without);
        // A name that is not there any more stays to be seen, so that nothing changes by saving.
        if !options.iter().any(|(name, _)| *name == value) {
            options.push((value.clone(), format!("{value} (ve schématu není)")));
        }
        view! { <Choice name=form::name(&path) label=label options=options value=value help=help error=source.error(&path)/> }.into_any()
    };
    let money = |field: &str, label: &'static str, help: &'static str| -> AnyView {
        let path = here(field);
        view! { <Field name=form::name(&path) label=label value=source.value(&path) error=source.error(&path) unit="Kč" limit=40 help=help/> }.into_any()
    };
    let head = [
        source.text(&here("nazev"), "Název", None, 200),
        source.text(&here("verze"), "Verze", None, 40),
        source.text(&here("rok"), "Rok", Some("Nepovinné."), 4),
    ];
    let allocation = [
        choice("zaklad", "Základ", "zatím nevybrán", "Kolik služba potřebuje."),
        choice("strop", "Strop", "bez stropu", "Nejvíc, kolik může dostat."),
        choice("vaha", "Váha", "bez váhy, všichni stejně", "Násobí základ při rozdělení."),
        choice("skupina", "Skupina", "bez skupin, jedna alokace", "Každá hodnota má vlastní částku."),
        money("zaokrouhlit", "Zaokrouhlit na", "Dotace jsou celé násobky této částky."),
        money("nejmene", "Nejmenší dotace", "Násobek zaokrouhlení, nepovinné."),
    ];
    let may = shown.may_edit;
    let version = shown.version.row.version.clone();
    view! {
        <PartForm shown=shown.clone() part=Part::Allocation>
            <fieldset class="stack" disabled=!may>
                <section class="card stack"><h2>"Schéma"</h2><div class="fields">{head.into_iter().collect_view()}</div></section>
                <section class="card stack">
                    <div class="card__head"><h2>"Rozdělení peněz"</h2><span class="meta">"Součet návrhů se vejde do alokace, nebo se řekne proč ne"</span></div>
                    <div class="fields">{allocation.into_iter().collect_view()}</div>
                </section>
                {may.then(|| view! { <div class="row"><button class="btn btn--primary" type="submit">"Uložit"</button><span class="meta">{format!("Ukládáte verzi {version}.")}</span></div> })}
            </fieldset>
        </PartForm>
    }
}
