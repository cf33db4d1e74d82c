//! Words and sentences that demo data are made of.

#![cfg_attr(rustfmt, rustfmt_skip)]

/// Invented brands of providers.
pub(super) const BRANDS: [&str; 96] = [
    "Javor", "Kompas", "Maják", "Vlaštovka", "Jasmín", "Rozkvět", "Lípa", "Pramen", "Most k lidem", "Ostrůvek", "Skřivan", "Podzimní záře",
    "Dobrý krok", "Kotvička", "Větrník", "Rosnička", "Duhový dům", "Nová cesta", "Klidný přístav", "Pohlazení", "Souznění", "Kruh pomoci", "Zvonek", "Ozvěna",
    "Ryngle", "Hvězdička", "Podkova", "Šafrán", "Meduňka", "Stromovka", "Jitřenka", "Ořešák", "Habr", "Jeřabina", "Dlaň v dlani", "Společně",
    "Blízko", "Domovinka", "Útulno", "Za úsvitem", "Sedmikráska", "Konvalinka", "Pampeliška", "Vřes", "Modřín", "Tis", "Kaštan", "Jasan",
    "Olše", "Buk", "Jedlička", "Borovička", "Potůček", "Studánka", "Tůňka", "Jezírko", "Pasáček", "Poutník", "Zvěstování", "Naděje pro všední den",
    "Otevřené dveře", "Klíček", "Lavička", "Besídka", "Altán", "Verandička", "Sousedé", "Pospolu", "Ruka k ruce", "Krok za krokem", "Druhý dech", "Nový začátek",
    "Lucerna", "Svíčka", "Plamínek", "Ohníček", "Sluneční hodiny", "Ranní rosa", "Zelený vrch", "Bílý kámen", "Zlatý klas", "Modrá stuha", "Stříbrný vítr", "Tichá louka",
    "Malý princ domova", "Vlídno", "Radostín", "Úsměvník", "Pěšinka", "Rozcestí", "Brod", "Lávka", "Přívoz", "Rozhledna", "Kolovrat", "Paraplíčko",
];

/// First names of women.
pub(super) const FEMALE: [&str; 24] = [
    "Jana", "Marie", "Eva", "Hana", "Anna", "Lenka", "Kateřina", "Lucie", "Věra", "Alena", "Petra", "Veronika", "Jaroslava", "Martina", "Jitka", "Ludmila",
    "Zuzana", "Ivana", "Monika", "Zdeňka", "Markéta", "Tereza", "Barbora", "Dagmar",
];
/// First names of men.
pub(super) const MALE: [&str; 24] = [
    "Jiří", "Jan", "Petr", "Josef", "Pavel", "Martin", "Tomáš", "Jaroslav", "Miroslav", "Zdeněk", "Václav", "Michal", "František", "Jakub", "Milan", "Karel",
    "Lukáš", "David", "Vladimír", "Ondřej", "Ladislav", "Roman", "Stanislav", "Marek",
];
/// Surnames of men and women.
pub(super) const SURNAMES: [(&str, &str); 30] = [
    ("Novák", "Nováková"), ("Svoboda", "Svobodová"), ("Dvořák", "Dvořáková"), ("Černý", "Černá"), ("Procházka", "Procházková"), ("Kučera", "Kučerová"),
    ("Veselý", "Veselá"), ("Horák", "Horáková"), ("Němec", "Němcová"), ("Marek", "Marková"), ("Pospíšil", "Pospíšilová"), ("Hájek", "Hájková"),
    ("Jelínek", "Jelínková"), ("Král", "Králová"), ("Růžička", "Růžičková"), ("Beneš", "Benešová"), ("Fiala", "Fialová"), ("Sedláček", "Sedláčková"),
    ("Doležal", "Doležalová"), ("Zeman", "Zemanová"), ("Kolář", "Kolářová"), ("Krejčí", "Krejčí"), ("Navrátil", "Navrátilová"), ("Čermák", "Čermáková"),
    ("Vaněk", "Vaňková"), ("Urban", "Urbanová"), ("Blažek", "Blažková"), ("Kříž", "Křížová"), ("Kopecký", "Kopecká"), ("Bartoš", "Bartošová"),
];
/// Titles before the name.
pub(super) const TITLES: [&str; 6] = ["Mgr.", "Bc.", "Ing.", "PhDr.", "MUDr.", "Ing. Mgr."];
/// Functions in a statutory body.
pub(super) const FUNCTIONS: [&str; 6] = ["ředitel(ka)", "předseda", "místopředseda", "jednatel(ka)", "člen správní rady", "statutární zástupce"];

/// What is written about how a service is provided.
pub(super) const SENTENCES: [&str; 44] = [
    "Posláním služby je podporovat uživatele v tom, aby mohli žít běžným způsobem života ve svém přirozeném prostředí.",
    "Cílem služby je zachovat a rozvíjet soběstačnost uživatele a posilovat jeho vazby na rodinu a blízké osoby.",
    "Rozsah podpory se dojednává individuálně a průběžně se přehodnocuje za účasti uživatele.",
    "Zájemce o službu se nejprve setká se sociálním pracovníkem, který zjistí jeho nepříznivou sociální situaci a očekávání.",
    "Smlouva o poskytování sociální služby se uzavírá písemně a obsahuje práva a povinnosti obou stran.",
    "Každý uživatel má svého klíčového pracovníka, se kterým sestavuje individuální plán.",
    "Individuální plán se hodnotí nejméně jednou za šest měsíců, v případě potřeby i častěji.",
    "Služba respektuje základní lidská práva a svobody, soukromí a osobní volbu uživatele.",
    "Pracovníci jsou vázáni mlčenlivostí o všem, co se při výkonu práce o uživatelích dozvědí.",
    "Stížnost může podat kdokoli ústně, písemně nebo do schránky umístěné u vchodu, a to i anonymně.",
    "Stížnost vyřizuje vedoucí služby do třiceti dnů, s odpovědí se lze odvolat k řediteli organizace.",
    "Základní činnosti jsou poskytovány v rozsahu prováděcí vyhlášky k zákonu o sociálních službách.",
    "Nad rámec základních činností nabízí služba fakultativní činnosti podle zveřejněného ceníku.",
    "Ceník úhrad je přístupný v místě poskytování služby a zájemci jej obdrží před uzavřením smlouvy.",
    "Prostory služby jsou bezbariérově přístupné, u vchodu je umístěn zvonek v dosahu osob na vozíku.",
    "Uživatelé mají k dispozici společenskou místnost, kuchyňku a vybavené sociální zařízení.",
    "Služba spolupracuje s lékaři, úřady, školami, dalšími poskytovateli a s dobrovolníky v obci.",
    "Dobrovolníci jsou proškoleni a jejich činnost koordinuje určený pracovník organizace.",
    "Pracovníci se pravidelně vzdělávají v rozsahu nejméně 24 hodin za kalendářní rok.",
    "Tým má zajištěnu pravidelnou supervizi vedenou nezávislým supervizorem.",
    "Nouzové a havarijní situace řeší pracovníci podle vnitřního předpisu, se kterým jsou seznámeni.",
    "V případě nepřítomnosti klíčového pracovníka zajišťuje podporu jeho zástup.",
    "Služba může být odmítnuta, pokud je kapacita naplněna nebo zájemce nespadá do cílové skupiny.",
    "Odmítnutý zájemce je zapsán do pořadníku a obdrží kontakty na obdobné služby v okolí.",
    "Ukončit službu může uživatel kdykoli bez udání důvodu, organizace jen z důvodů uvedených ve smlouvě.",
    "Při přechodu do jiné služby pracovníci s uživatelem plánují návaznost a předávají potřebné informace.",
    "Pomoc při zajištění stravy zahrnuje přípravu jídla s přihlédnutím k dietním omezením.",
    "Při úkonech péče o vlastní osobu se dbá na důstojnost a bezpečí uživatele.",
    "Služba podporuje uživatele při vyřizování běžných záležitostí a při jednání s úřady.",
    "Aktivizační program se plánuje na každý měsíc a vychází z přání a zájmů uživatelů.",
    "K nabídce patří nácvik práce s počítačem, trénování paměti, ruční práce a společné vycházky.",
    "Terénní pracovníci docházejí do domácností v dojednaném čase, změnu lze oznámit den předem.",
    "Doprava do místa poskytování služby je možná místní hromadnou dopravou, zastávka je do 300 metrů.",
    "Poradenství se poskytuje bezplatně, osobně, po telefonu i písemně.",
    "Zařízení má vypracovaná pravidla pro použití opatření omezujících pohyb osob a vede jejich evidenci.",
    "Personální zajištění odpovídá počtu uživatelů a míře jejich potřebné podpory.",
    "V přímé péči pracují sociální pracovníci a pracovníci v sociálních službách s odbornou způsobilostí.",
    "Vedoucí služby metodicky vede tým, odpovídá za kvalitu a vyhodnocuje naplňování cílů.",
    "Noční služba je zajištěna vždy nejméně jedním pracovníkem, v případě potřeby se přivolá další.",
    "Finanční zajištění služby je vícezdrojové: dotace, příspěvky obcí, úhrady uživatelů a dary.",
    "Plán financování sestavuje organizace na kalendářní rok a průběžně jej vyhodnocuje.",
    "Organizace je pojištěna pro případ odpovědnosti za škodu způsobenou při poskytování služby.",
    "Vnitřní pravidla jsou zpracována podle standardů kvality a každoročně se aktualizují.",
    "Uživatelé se podílejí na hodnocení kvality formou dotazníků a pravidelných setkání s vedením.",
];

/// Names of facilities by what they do; `{}` is the brand or the place.
pub(super) const FACILITIES: [&str; 10] = [
    "Středisko {}", "Pracoviště {}", "Dům {}", "Centrum {}", "Kontaktní místo {}", "Pobočka {}", "Zázemí terénní služby {}", "Domek {}", "Poradna {}", "Klub {}",
];
