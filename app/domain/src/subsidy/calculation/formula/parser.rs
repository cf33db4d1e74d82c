//! Reads a formula with a stack of its own, so that depth costs no call stack and a fault is found at the first token that cannot follow.

use super::{Function, Node, NodeKind, Operator, Token, TokenKind, tokens};
use crate::subsidy::calculation::{
    fault::{Code, Fault},
    names,
};

/// Characters of the longest formula.
pub const LONGEST: usize = 4_000;
/// Levels of parentheses and calls.
pub const NESTED: usize = 64;

/// What waits on the stack for its operand or its end.
enum Waiting {
    Prefix(NodeKind, usize),
    Binary(Operator, usize),
    Parenthesis(usize),
    Call { name: String, at: usize, arguments: usize },
}

struct Parser {
    nodes: Vec<Node>,
    stack: Vec<Waiting>,
    level: usize,
    /// The first parenthesis that was too deep.
    too_deep: Option<usize>,
}

pub fn parse(text: &str) -> Result<Vec<Node>, Fault> {
    let length = text.chars().count();
    if length > LONGEST {
        return Err(Fault::new(
            Code::Limit,
            format!("Vzorec má {length} znaků, může jich mít nejvýš {LONGEST}. Rozdělte jej na více kroků."),
        ));
    }
    let all = tokens(text);
    let mut rest = all.as_slice();
    if let [Token { kind: TokenKind::Sign("="), .. }, after @ ..] = rest {
        rest = after;
    }
    let mut parser = Parser { nodes: Vec::with_capacity(rest.len()), stack: Vec::new(), level: 0, too_deep: None };
    let mut operand_expected = true;
    while let [token, after @ ..] = rest {
        rest = after;
        let followed = if operand_expected { parser.operand(token, &mut rest) } else { parser.operator(token) };
        operand_expected = followed.ok_or_else(|| unexpected(text, token, operand_expected))?;
    }
    if operand_expected || !parser.finish() {
        let missing = if operand_expected { "chybí hodnota, jméno nebo závorka" } else { "chybí uzavírací závorka" };
        return Err(Fault::new(Code::Syntax, format!("Vzorec končí příliš brzy: {missing}. Doplňte jej.")).at(length + 1));
    }
    match parser.too_deep {
        Some(at) => {
            Err(Fault::new(Code::Limit, format!("Vzorec má víc než {NESTED} vnořených závorek a funkcí. Rozdělte jej na více kroků."))
                .at(at))
        }
        None => Ok(parser.nodes),
    }
}

fn unexpected(text: &str, token: &Token, operand_expected: bool) -> Fault {
    let shown: String = text[token.span.clone()].chars().take(20).collect();
    let message = if shown.starts_with('"') && token.kind == TokenKind::Foreign {
        "Text začíná uvozovkou a nikde nekončí. Doplňte druhou uvozovku.".to_owned()
    } else if operand_expected {
        format!("Vzorec na tomto místě čeká hodnotu, jméno nebo závorku, a je tu „{shown}“. Opravte jej.")
    } else {
        format!("Znaky „{shown}“ tu nemohou být. Opravte vzorec; údaje funkce odděluje středník a porovnání nejdou řetězit.")
    };
    Fault::new(Code::Syntax, message).at(token.at)
}

impl Parser {
    fn put(&mut self, kind: NodeKind, at: usize) {
        self.nodes.push(Node { kind, at });
    }

    fn open(&mut self, waiting: Waiting, at: usize) {
        self.stack.push(waiting);
        self.level += 1;
        if self.level > NESTED {
            self.too_deep.get_or_insert(at);
        }
    }

    /// Takes a token where an operand is due; gives whether another is, or nothing if the token cannot stand here.
    fn operand(&mut self, token: &Token, rest: &mut &[Token]) -> Option<bool> {
        let at = token.at;
        match &token.kind {
            TokenKind::Number(value) => self.put(NodeKind::Number(value.clone()), at),
            TokenKind::Text(text) => self.put(NodeKind::Text(text.clone()), at),
            TokenKind::Truth(truth) => self.put(NodeKind::Truth(*truth), at),
            TokenKind::Name(name) => {
                let [Token { kind: TokenKind::Sign("("), .. }, inside @ ..] = *rest else {
                    self.put(NodeKind::Name(name.clone()), at);
                    return Some(false);
                };
                *rest = inside;
                self.open(Waiting::Call { name: name.clone(), at, arguments: 0 }, at);
                let [Token { kind: TokenKind::Sign(")"), .. }, after @ ..] = inside else { return Some(true) };
                *rest = after;
                self.close();
            }
            TokenKind::Sign("(") => {
                self.open(Waiting::Parenthesis(at), at);
                return Some(true);
            }
            TokenKind::Sign("+") => {
                self.stack.push(Waiting::Prefix(NodeKind::Plus, at));
                return Some(true);
            }
            TokenKind::Sign("-") => {
                self.stack.push(Waiting::Prefix(NodeKind::Minus, at));
                return Some(true);
            }
            TokenKind::Sign(_) | TokenKind::Foreign => return None,
        }
        Some(false)
    }

    /// Takes a token after an operand; gives whether an operand is due next, or nothing if the token cannot stand here.
    fn operator(&mut self, token: &Token) -> Option<bool> {
        let TokenKind::Sign(sign) = token.kind else { return None };
        match sign {
            "%" => {
                self.put(NodeKind::Percent, token.at);
                Some(false)
            }
            ";" => {
                self.settle(0);
                let Some(Waiting::Call { arguments, .. }) = self.stack.last_mut() else { return None };
                *arguments += 1;
                Some(true)
            }
            ")" => {
                self.settle(0);
                if let Waiting::Call { arguments, .. } = self.stack.last_mut()? {
                    *arguments += 1;
                }
                self.close();
                Some(false)
            }
            _ => {
                let operator = Operator::of(sign)?;
                let comparison = operator.binding() == 1;
                self.settle(if comparison { 2 } else { operator.binding() });
                if comparison && matches!(self.stack.last(), Some(Waiting::Binary(..))) {
                    return None;
                }
                self.stack.push(Waiting::Binary(operator, token.at));
                Some(true)
            }
        }
    }

    /// Finishes the waiting operators that bind at least as tightly.
    fn settle(&mut self, binding: u8) {
        while let Some(waiting) = self.stack.pop_if(|waiting| match waiting {
            Waiting::Prefix(..) => true,
            Waiting::Binary(operator, _) => operator.binding() >= binding,
            Waiting::Parenthesis(_) | Waiting::Call { .. } => false,
        }) {
            match waiting {
                Waiting::Prefix(kind, at) => self.put(kind, at),
                Waiting::Binary(operator, at) => self.put(NodeKind::Binary(operator), at),
                Waiting::Parenthesis(_) | Waiting::Call { .. } => {}
            }
        }
    }

    fn close(&mut self) {
        self.level -= 1;
        match self.stack.pop() {
            Some(Waiting::Parenthesis(at)) => self.put(NodeKind::Parentheses, at),
            Some(Waiting::Call { name, at, arguments }) => {
                let kind = match Function::named(&names::folded(&name)) {
                    Some(function) => NodeKind::Call(function, arguments),
                    None => NodeKind::Lookup(name, arguments),
                };
                self.put(kind, at);
            }
            _ => {}
        }
    }

    /// Whether every parenthesis was closed.
    fn finish(&mut self) -> bool {
        self.settle(0);
        self.stack.is_empty()
    }
}
