use super::*;
use crate::subsidy::calculation::fault::Code;
use proptest::prelude::*;

/// The formula with everything in parentheses.
fn shape(text: &str) -> String {
    let formula = Formula::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    formula
        .fold(|node, parts: Vec<String>| match &node.kind {
            NodeKind::Number(n) => n.shown(),
            NodeKind::Text(t) => format!("{t:?}"),
            NodeKind::Truth(t) => t.to_string(),
            NodeKind::Name(n) => n.clone(),
            NodeKind::Plus => format!("+{}", parts[0]),
            NodeKind::Minus => format!("-{}", parts[0]),
            NodeKind::Percent => format!("{}%", parts[0]),
            NodeKind::Binary(o) => format!("({}{}{})", parts[0], o.sign(), parts[1]),
            NodeKind::Call(f, _) => format!("{}({})", f.described().english, parts.join(";")),
            NodeKind::Lookup(t, _) => format!("{t}({})", parts.join(";")),
            NodeKind::Parentheses => parts[0].clone(),
        })
        .unwrap()
}

#[test]
fn binds_as_spreadsheets_do() {
    for (text, expected) in [
        ("-2^2", "(-2^2)"),
        ("2^3^2", "((2^3)^2)"),
        ("2^-1", "(2^-1)"),
        ("-50%^2", "(-50%^2)"),
        ("1+2*3-4/5", "((1+(2*3))-(4/5))"),
        ("= 1 + x >= 2*y", "((1+x)>=(2*y))"),
        ("když ( a<>b ; MIN(1;2) ; sazba(druh; \"po\"\"b\") )", "IF((a<>b);MIN(1;2);sazba(druh;\"po\\\"b\"))"),
        ("A(A>1;Pravda)", "AND((A>1);true)"),
        ("celá . x", "syntax 6"),
        ("CELÁ.ČÁST (7/2)", "INT((7/2))"),
        ("cela\u{301}.c\u{30c}a\u{301}st(1)", "INT(1)"),
        ("--3", "--3"),
        ("(1<2)=(3<4)", "((1<2)=(3<4))"),
        ("1,5+0.25", "(1.5+0.25)"),
        ("1\u{a0}+\n\t2", "(1+2)"),
        ("MIN()", "MIN()"),
    ] {
        if let Some(at) = expected.strip_prefix("syntax ") {
            assert_eq!(Formula::parse(text).unwrap_err().position, at.parse().ok(), "{text}");
        } else {
            assert_eq!(shape(text), expected, "{text}");
        }
    }
}

#[test]
fn points_at_the_first_token_that_cannot_follow() {
    for (text, at) in [
        ("", 1),
        ("=", 2),
        ("1<x<9", 4),
        ("1.2.3", 4),
        ("1e5", 2),
        ("MIN(1;2", 8),
        ("MIN(1,2,3)", 8),
        ("\"abc", 1),
        ("x·2", 2),
        ("1;2", 2),
        ("1)", 2),
        ("(1;2)", 3),
        ("1 2", 3),
        ("==1", 2),
        ("*1", 1),
        ("KDYŽ(;1;2)", 6),
        ("()", 2),
        ("1+", 3),
        ("PRAVDA(1)", 7),
        ("x 1", 3),
        ("žž žž", 4),
        ("12345678901234567890123456789012345678901", 1),
        ("1 = > 2", 5),
        (".5", 1),
        ("5.", 2),
        ("a.b(1)", 2),
        ("%", 1),
    ] {
        let fault = Formula::parse(text).unwrap_err();
        assert_eq!((fault.code, fault.position), (Code::Syntax, Some(at)), "{text}");
    }
}

#[test]
fn keeps_its_limits() {
    let nested = |levels: usize| format!("{}1{}", "(".repeat(levels), ")".repeat(levels));
    assert!(Formula::parse(&nested(64)).is_ok());
    let fault = Formula::parse(&nested(65)).unwrap_err();
    assert_eq!((fault.code, fault.position), (Code::Limit, Some(65)));
    assert_eq!(Formula::parse(&format!("{}+", nested(65))).unwrap_err().code, Code::Syntax);
    assert_eq!(Formula::parse(&"(".repeat(4_000)).unwrap_err().code, Code::Syntax);
    assert!(Formula::parse(&format!("{}1", "-".repeat(3_999))).is_ok());
    assert_eq!(Formula::parse(&format!("{}1", "-".repeat(4_000))).unwrap_err().code, Code::Limit);
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,80}") {
        let _ = Formula::parse(&text);
    }

    #[test]
    fn never_panics_on_pieces(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "1", "0,5", "x", "MIN(", "KDYŽ(", "(", ")", ";", "+", "-", "*", "/", "^", "%", "=", "<>", "<=", "\"a\"", "\"", " ", "PRAVDA", "sazba(", ".", "č\u{30c}",
    ]), 0..30)) {
        let text = pieces.concat();
        match Formula::parse(&text) {
            Ok(formula) => {
                prop_assert!(formula.fold(|_, _: Vec<()>| ()).is_some());
            }
            Err(fault) => {
                let at = fault.position.unwrap();
                prop_assert!(at >= 1 && at <= text.chars().count() + 1);
            }
        }
    }
}
