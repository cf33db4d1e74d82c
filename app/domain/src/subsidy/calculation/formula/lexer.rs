//! A formula cut into tokens. Nothing is refused here: what cannot be a token is a token that can follow nothing.

use crate::{
    subsidy::calculation::{fraction::Fraction, names, number},
    unicode::is_combining_mark,
};
use std::ops::Range;

/// Characters of the longest number in a formula.
const LONGEST_NUMBER: usize = 40;
/// The only name with a point in it.
const INT: &str = "celá.část";

/// A piece of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it begins, in code points from 1.
    pub at: usize,
    /// Where it is in the text, in bytes.
    pub span: Range<usize>,
}

/// What a piece of a formula is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// A number.
    Number(Fraction),
    /// A text without its quotation marks.
    Text(String),
    /// PRAVDA or NEPRAVDA.
    Truth(bool),
    /// A name of anything, in NFC.
    Name(String),
    /// `+ - * / ^ % = <> < <= > >= ( ) ;`
    Sign(&'static str),
    /// A character that has no place in a formula, or the beginning of something unfinished or too long.
    Foreign,
}

const SIGNS: [&str; 15] = ["<>", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "^", "%", "(", ")", ";"];

/// Cuts a formula into tokens; white space is left out.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, offset: 0, at: 1 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token() {
        tokens.push(token);
    }
    tokens
}

struct Lexer<'a> {
    text: &'a str,
    offset: usize,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.offset..]
    }

    fn token(&mut self) -> Option<Token> {
        let blank = self.rest().len() - self.rest().trim_start().len();
        self.pass(blank);
        let c = self.rest().chars().next()?;
        let (kind, length) = if c.is_ascii_digit() {
            self.number()
        } else if c == '"' {
            self.quoted()
        } else if names::starts_name(c) {
            self.name()
        } else {
            SIGNS
                .iter()
                .find(|sign| self.rest().starts_with(**sign))
                .map_or((TokenKind::Foreign, c.len_utf8()), |sign| (TokenKind::Sign(sign), sign.len()))
        };
        let (at, start) = (self.at, self.offset);
        self.pass(length);
        Some(Token { kind, at, span: start..self.offset })
    }

    fn pass(&mut self, bytes: usize) {
        self.at += self.rest()[..bytes].chars().count();
        self.offset += bytes;
    }

    fn number(&self) -> (TokenKind, usize) {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let whole = digits(0);
        let decimals = match bytes.get(whole) {
            Some(b',' | b'.') => digits(whole + 1),
            _ => 0,
        };
        let length = if decimals > 0 { whole + 1 + decimals } else { whole };
        let value = if length <= LONGEST_NUMBER { number::read(&self.rest()[..length]) } else { None };
        (value.map_or(TokenKind::Foreign, TokenKind::Number), length)
    }

    fn quoted(&self) -> (TokenKind, usize) {
        let mut text = String::new();
        let mut from = 1;
        loop {
            let rest = &self.rest()[from..];
            let Some(end) = rest.find('"') else { return (TokenKind::Foreign, self.rest().len()) };
            text.push_str(&rest[..end]);
            from += end + 1;
            if !self.rest()[from..].starts_with('"') {
                return (TokenKind::Text(text), from);
            }
            text.push('"');
            from += 1;
        }
    }

    fn name(&self) -> (TokenKind, usize) {
        let run = |from: usize| {
            self.rest()[from..].find(|c| !names::continues_name(c) && !is_combining_mark(c)).map_or(self.rest().len(), |end| from + end)
        };
        let mut length = run(0);
        if self.rest()[length..].starts_with('.') {
            let longer = run(length + 1);
            if names::folded(&self.rest()[..longer]) == INT && self.rest()[longer..].trim_start().starts_with('(') {
                length = longer;
            }
        }
        let name = names::composed(&self.rest()[..length]);
        let plain = |c: char| names::continues_name(c) || c == '.';
        match names::truth(&names::folded(&name)) {
            Some(truth) => (TokenKind::Truth(truth), length),
            None if name.chars().all(plain) => (TokenKind::Name(name), length),
            None => (TokenKind::Foreign, length),
        }
    }
}
