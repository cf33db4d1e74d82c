//! `/pristupnost`: the accessibility statement (zákon č. 99/2019 Sb.).

use crate::layout::*;
use domain::accounts::Permission;
use leptos::prelude::*;

permit_page!("/pristupnost" => Permission::Public);

/// The page.
#[component]
pub fn AccessibilityPage() -> impl IntoView {
    view! {
        <Page title="Prohlášení o přístupnosti" calm=true>
            <div class="main main--calm">
                <section class="card prose">
                    <h2>"Čeho se držíme"</h2>
                    <p>"Aplikace Kraj108 je vyvíjena tak, aby splňovala zákon č. 99/2019 Sb., o přístupnosti internetových stránek a mobilních aplikací, a normu EN 301 549, tedy WCAG 2.1 na úrovni AA."</p>
                    <ul>
                        <li>"Vše jde ovládat klávesnicí; zaměřený prvek je vždy zřetelně vidět."</li>
                        <li>"Stránky fungují bez skriptů. Skripty přidávají jen živé součty, kontroly při psaní a průběžné ukládání."</li>
                        <li>"Nic není sděleno jen barvou: ke každému stavu patří znak a slovo."</li>
                        <li>"Mapy a grafy mají vedle sebe tatáž čísla v tabulce."</li>
                        <li>"Stránky se přizpůsobí šířce od 320 bodů a zvětšení na 400 %; široké tabulky se posouvají samy v sobě."</li>
                        <li>"Světlý a tmavý vzhled se řídí nastavením zařízení, omezený pohyb také."</li>
                    </ul>
                </section>
                <section class="card prose">
                    <h2>"Jak to ověřujeme"</h2>
                    <p>"Každá stránka se při vývoji kontroluje nástrojem axe-core ve světlém i tmavém vzhledu. Automatická kontrola nenajde všechno; nezávislý audit ani zkouška s uživateli čteček zatím neproběhly, a proto prohlášení označujeme za vlastní posouzení."</p>
                </section>
                <section class="card prose">
                    <h2>"Co ještě není"</h2>
                    <p>"Soubory otevřených dat a tabulky ke stažení (CSV, XLSX) jsou strojově čitelné výstupy bez popisu pro čtečky. Totéž najdete na stránkách aplikace."</p>
                </section>
                <section class="card prose">
                    <h2>"Narazili jste na překážku?"</h2>
                    <p>"Napište úřadu, který aplikaci provozuje; kontakt je na jeho úřední desce a webu. Popište stránku a co se nepovedlo. Nedostanete-li odpověď, můžete se obrátit na Digitální a informační agenturu, která na přístupnost dohlíží."</p>
                </section>
            </div>
        </Page>
    }
}
