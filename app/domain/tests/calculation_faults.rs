//! What is refused, with its code, step, part and position, and in which order.

use domain::subsidy::calculation::{Code, Fault, Part, command::calculate};

const HEAD: &str = "format = 1\nname = \"Zkouška\"\nversion = \"1\"\n[[input]]\nname = \"B\"\n[[input]]\nname = \"druh\"\ntype = \"text\"\ndefault = \"a\"\n";
const TAIL: &str = "\n[allocation]\nbase = \"B\"\nround_to = 1\n";
const ONE: &str = "identifikator;B\n1;1000\n";

fn faults(scheme: &str, services: &str, money: &str) -> Vec<Fault> {
    calculate(scheme.as_bytes(), services.as_bytes(), Some(money), None).map(|_| Vec::new()).unwrap_or_else(|faults| faults)
}

/// The faults of a scheme with these parts.
fn of_parts(parts: &str) -> Vec<Fault> {
    faults(&format!("{HEAD}{parts}{TAIL}"), ONE, "1")
}

fn formula(formula: &str) -> String {
    format!("[[step]]\nname = \"s\"\nformula = '{formula}'\n")
}

fn statistic(statistic: &str) -> String {
    format!("[[step]]\nname = \"s\"\nstatistic = {{ {statistic} }}\n")
}

#[test]
fn faults_of_formulas_have_their_place() {
    for (text, code, position) in [
        ("1 + y", Code::UnknownName, Some(5)),
        ("MIN(y; z)", Code::UnknownName, Some(5)),
        ("KDYŽ(1; 2) + y", Code::Arity, Some(1)),
        ("y + KDYŽ(1; 2)", Code::UnknownName, Some(1)),
        ("žž + )", Code::Syntax, Some(6)),
        ("s + 1", Code::Cycle, Some(1)),
        ("identifikator", Code::UnknownName, Some(1)),
        ("MIN()", Code::Arity, Some(1)),
        ("B / (B - 1000)", Code::DivisionByZero, Some(3)),
        ("1 + druh", Code::Type, Some(3)),
        ("druh < \"b\"", Code::Type, Some(6)),
        ("NE(B)", Code::Type, Some(1)),
        ("KDYŽ(A(PRAVDA; B); 1; 2)", Code::Type, Some(6)),
        ("KDYŽ(druh; 1; 2)", Code::Type, Some(1)),
        ("B ^ 65", Code::Range, Some(3)),
        ("(10^60)^5", Code::Overflow, Some(8)),
        ("ZAOKROUHLIT(B; 0,5)", Code::Range, Some(1)),
        ("ZAOKROUHLIT(B; druh)", Code::Type, Some(1)),
        ("1/0 + druh", Code::DivisionByZero, Some(2)),
    ] {
        let found = of_parts(&formula(text));
        let shown: Vec<_> = found.iter().map(|fault| (fault.code, fault.step.as_deref(), fault.part, fault.position)).collect();
        assert_eq!(shown, [(code, Some("s"), Some(Part::Formula), position)], "{text}");
    }
}

#[test]
fn faults_of_statistics_come_in_order() {
    for (text, code, part, position) in [
        (r#"fn = "sum", of = "y", where = "1 +""#, Code::Syntax, Some(Part::Where), Some(4)),
        (r#"fn = "sum", of = "y", where = "z""#, Code::UnknownName, Some(Part::Of), Some(1)),
        (r#"fn = "sum", of = "B", per = ["z"], otherwise = "y""#, Code::UnknownName, None, None),
        (r#"fn = "sum", of = "B", per = ["s"]"#, Code::Cycle, None, None),
        (r#"fn = "mean", of = "B", otherwise = "y""#, Code::UnknownName, Some(Part::Otherwise), Some(1)),
        (r#"fn = "mean", of = "druh""#, Code::Type, Some(Part::Of), None),
        (r#"fn = "mean", of = "B", where = "B""#, Code::Type, Some(Part::Where), None),
        (r#"fn = "mean", of = "B", min_count = 2"#, Code::TooFew, None, None),
        (r#"fn = "mean", of = "B", min_count = 2, otherwise = "1/0""#, Code::DivisionByZero, Some(Part::Otherwise), Some(2)),
        (r#"fn = "mean", of = "B / 0""#, Code::DivisionByZero, Some(Part::Of), Some(3)),
    ] {
        let found = of_parts(&statistic(text));
        let shown: Vec<_> = found.iter().map(|fault| (fault.code, fault.step.as_deref(), fault.part, fault.position)).collect();
        assert_eq!(shown, [(code, Some("s"), part, position)], "{text}");
    }
    assert!(of_parts(&statistic(r#"fn = "count", of = "1 +", min_count = 9"#)).is_empty());
}

#[test]
fn structure_is_checked_first() {
    let table = |rest: &str| format!("[[table]]\nname = \"t\"\n{rest}\n");
    for (parts, code) in [
        (table("keys = [\"a\"]\nrows = [[1, 2], [\"x\", 3]]"), Code::Scheme),
        (table("keys = [\"a\"]\nrows = [[1, 2], [1.0, 3]]"), Code::Scheme),
        (table("keys = [\"a\"]\nrows = [[1, 2, 3]]"), Code::Scheme),
        (table("keys = [\"a\"]\nmatch = \"from\"\nrows = [[\"x\", 2]]"), Code::Scheme),
        (table("keys = [\"a\"]\nrows = [[1, 1e3]]"), Code::Scheme),
        (table("keys = [\"a\"]"), Code::Scheme),
        ("[[table]]\nname = \"min\"\nkeys = [\"a\"]\nrows = []\n".to_owned(), Code::Scheme),
        ("[[param]]\nname = \"b\"\nvalue = 1\n".to_owned(), Code::DuplicateName),
        ("[[param]]\nname = \"p\"\nvalue = \"x\"\n".to_owned(), Code::Scheme),
        ("[[param]]\nname = \"p\"\n".to_owned(), Code::Scheme),
        ("[[param]]\nname = \"vysledek_k\"\nvalue = 1\n".to_owned(), Code::Scheme),
        ("[[param]]\nname = \"2x\"\nvalue = 1\n".to_owned(), Code::Scheme),
        ("[[param]]\nname = \"p\"\nvalue = 1\ncolour = \"red\"\n".to_owned(), Code::Scheme),
        ("[[input]]\nname = \"i\"\nmin = 1\ndefault = 0\n".to_owned(), Code::Scheme),
        ("[[input]]\nname = \"i\"\nmin = true\n".to_owned(), Code::Scheme),
        ("[[step]]\nname = \"s\"\n".to_owned(), Code::Scheme),
        ("[[step]]\nname = \"s\"\nformula = \"1\"\nstatistic = { fn = \"count\" }\n".to_owned(), Code::Scheme),
        (statistic(r#"fn = "sum""#), Code::Scheme),
        (statistic(r#"fn = "sum", of = "B", min_count = 0"#), Code::Scheme),
        ("[[step]]\nname = \"s\"\nformula = \"1\"\n".repeat(2), Code::DuplicateName),
        ((0..201).map(|n| format!("[[step]]\nname = \"s{n}\"\nformula = \"1\"\n")).collect(), Code::Limit),
        ((0..101).map(|n| format!("[[table]]\nname = \"t{n}\"\nkeys = [\"a\"]\nrows = []\n")).collect(), Code::Limit),
    ] {
        // A structural fault stops the reading, so the formula that cannot be read is not reported.
        let found = of_parts(&format!("{parts}[[step]]\nname = \"posledni\"\nformula = \"1 +\"\n"));
        assert_eq!(found.iter().map(|fault| (fault.code, fault.step.clone())).collect::<Vec<_>>(), [(code, None)], "{parts}");
    }
}

#[test]
fn tables_know_texts_from_numbers() {
    let table = "[[param]]\nname = \"p\"\ntype = \"text\"\nvalue = \"1\"\n[[table]]\nname = \"t\"\nkeys = [\"a\", \"od\"]\nmatch = \"from\"\ndefault = 7\nrows = [[\"1\", \"0\", 5]]\n";
    let code = |text: &str| of_parts(&format!("{table}{}", formula(text))).first().map(|fault| fault.code);
    for (text, expected) in [
        ("t(\"1\"; 0)", None),
        ("t(p; -1)", None),
        ("t(1; 0)", Some(Code::Type)),
        ("t(\"1\"; \"0\")", Some(Code::Type)),
        ("t(PRAVDA; 0)", Some(Code::Type)),
        ("t(\"1\")", Some(Code::Arity)),
        ("t", Some(Code::UnknownName)),
        ("B(1)", Some(Code::UnknownName)),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
}

#[test]
fn every_step_and_every_service_is_reported_once() {
    let steps = "[[step]]\nname = \"a\"\nformula = \"x + y\"\n[[step]]\nname = \"c\"\nformula = \"a + (\"\n[[step]]\nname = \"d\"\nformula = \"a + 1\"\n";
    let found = faults(&format!("{HEAD}{steps}\n[allocation]\nbase = \"e\"\nweight = \"f\"\nround_to = 1\n"), ONE, "1");
    let shown: Vec<_> = found.iter().map(|fault| (fault.code, fault.step.as_deref(), fault.position)).collect();
    assert_eq!(
        shown,
        [
            (Code::UnknownName, Some("a"), Some(1)),
            (Code::Syntax, Some("c"), Some(6)),
            (Code::UnknownName, None, None),
            (Code::UnknownName, None, None),
        ]
    );
    let services: String = (1..=150).map(|n| format!("{n};{}\n", n % 2)).collect();
    let found = faults(&format!("{HEAD}{}{TAIL}", formula("1 / B")), &format!("identifikator;B\n{services}"), "1");
    assert_eq!(found.len(), 75);
    assert_eq!(found[0].identifikator.as_deref(), Some("2"));
    let services: String = (1..=150).map(|n| format!("{n};x\n")).collect();
    assert_eq!(faults(&format!("{HEAD}{TAIL}"), &format!("identifikator;B\n{services}"), "1").len(), 100);
}

#[test]
fn stages_come_one_after_another() {
    let good = format!("{HEAD}{TAIL}");
    for (scheme, services, money, code) in [
        ("format = 2", "x", "x", Code::Scheme),
        (good.as_str(), "B\n1\n", "x", Code::Services),
        (&good, "identifikator;B;b\n1;1;1\n", "1", Code::Services),
        (&good, "identifikator;B\n1234567890123;1\n", "1", Code::Services),
        (&good, "identifikator;B\n1;x\n", "x", Code::Number),
        (&good, "identifikator;B\n1;-1\n", "x", Code::Groups),
        (&good, "identifikator;B\n1;-1\n", "-1", Code::Groups),
        (&good, "identifikator;B\n1;-1\n", "1", Code::Negative),
    ] {
        assert_eq!(faults(scheme, services, money).first().map(|fault| fault.code), Some(code), "{services}{money}");
    }
}

#[test]
fn amounts_of_groups_are_checked() {
    let grouped = format!("{HEAD}\n[allocation]\nbase = \"B\"\ngroup = \"druh\"\nround_to = 1\n");
    let with = |groups: &str| {
        let services = "identifikator;B;druh\n1;5;x\n2;5;y\n";
        calculate(grouped.as_bytes(), services.as_bytes(), None, Some(groups.as_bytes())).map(|done| done.run.groups.len())
    };
    assert_eq!(with("group;allocation\ny;5\nx;1 000,50\nz;0\n").unwrap(), 3);
    for groups in ["", "group;amount\nx;1\n", "group;allocation\nx;1\nx;2\n", "group;allocation\nx;-1\ny;1\n", "group;allocation\nx;a\n"] {
        let found = with(groups).unwrap_err();
        assert_eq!(found.iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::Groups], "{groups}");
    }
    assert_eq!(with("group;allocation\nz;1\n").unwrap_err().len(), 2);
}
