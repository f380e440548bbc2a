//! The rules as text, read from the one table of ops, with the tensors of a graph in place of their letters.

use std::collections::BTreeMap;

use crate::graph::text::barred;

const TABLE: &str = include_str!("../ops/README.md");

/// What is said of an op whose rule is not known.
const UNKNOWN: &str = "x̄ = Jᵀ z̄, J = ∂z/∂x";

/// Letters that Unicode has with a macron, and without; of others the macron is a character of its own.
const BARRED: [&str; 2] = ["āēīōūȳĀĒĪŌŪȲ", "aeiouyAEIOUY"];

/// The rules of all ops: those that were handed in, and the table's.
pub(super) struct Rules<'a> {
    by_op: BTreeMap<&'a str, Rule<'a>>,
    unknown: Rule<'a>,
}

impl<'a> Rules<'a> {
    pub fn new(given: &[(&'a str, &'a str)]) -> Self {
        let mut by_op: BTreeMap<_, _> = table().map(|(op, rule)| (op, Rule::parse(rule))).collect();
        by_op.extend(given.iter().map(|&(op, rule)| (op, Rule::parse(rule))));
        Self { by_op, unknown: Rule::parse(UNKNOWN) }
    }

    pub fn of(&self, op: &str) -> &Rule<'a> {
        self.by_op.get(op).unwrap_or(&self.unknown)
    }
}

/// Each op of the table that has a rule of its own.
fn table() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rules = TABLE.lines().filter_map(|line| {
        let (ops, columns) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
        let (_, rule) = columns.rsplit_once(" | ")?;
        clause(rule)?;
        Some(ops.split('`').skip(1).step_by(2).map(move |op| (op, rule)))
    });
    rules.flatten()
}

/// A rule such as x̄ = z̄ ⊙ y, ȳ = z̄ ⊙ x.
pub(super) struct Rule<'a> {
    /// The letter of each input, and what the rule adds to its cotangent.
    clauses: Vec<(String, &'a str)>,
    /// What follows a semicolon, which holds for all clauses.
    remark: Option<&'a str>,
}

impl<'a> Rule<'a> {
    fn parse(text: &'a str) -> Self {
        let (text, remark) = match text.split_once("; ") {
            Some((text, remark)) => (text, Some(remark)),
            None => (text, None),
        };
        let starts = text.rmatch_indices(", ").map(|(comma, _)| comma + 2);
        let (mut clauses, mut end) = (Vec::new(), text.len());
        for start in starts.chain([0]) {
            if let Some(clause) = clause(&text[start..end]) {
                clauses.push(clause);
                end = start.saturating_sub(2);
            }
        }
        clauses.reverse();
        Self { clauses, remark }
    }

    /// Whether the one clause speaks of each of several inputs.
    fn speaks_of_each(&self, inputs: usize) -> bool {
        self.clauses.len() == 1 && inputs > 1
    }

    /// How the rule calls input `i` of several; its position if it has no name of its own.
    pub fn letter(&self, i: usize, inputs: usize) -> String {
        match self.clauses.get(i) {
            Some((letter, _)) if !self.speaks_of_each(inputs) => letter.clone(),
            _ => i.to_string(),
        }
    }

    /// What the rule adds to the cotangent of input `i`, in the symbols of inputs and output.
    pub fn contribution(&self, i: usize, inputs: &[String], output: &str) -> String {
        let each = self.speaks_of_each(inputs.len());
        let clause = if each { self.clauses.first() } else { self.clauses.get(i) };
        let Some((own, right)) = clause else {
            return Self::parse(UNKNOWN).contribution(0, &inputs[i..=i], output);
        };
        let symbol = |name: &str| match name {
            "z" => Some(output),
            name if each => (name == own).then_some(inputs[i].as_str()),
            name => {
                let input = self.clauses.iter().position(|(letter, _)| letter == name);
                input.and_then(|input| inputs.get(input)).map(String::as_str)
            }
        };
        let mut text = substitute(right, symbol);
        if let Some(remark) = self.remark {
            text += &format!("; {}", substitute(remark, symbol));
        }
        text
    }
}

/// The letter of the input to whose cotangent a clause adds, and what; `None` if it is none.
fn clause(text: &str) -> Option<(String, &str)> {
    let (letter, after) = read(text)?;
    letter.barred.then_some((letter.name, after.strip_prefix(" = ")?))
}

/// `text` with `symbol` in place of each letter that has one.
fn substitute<'s>(text: &str, symbol: impl Fn(&str) -> Option<&'s str>) -> String {
    let (mut result, mut rest, mut in_word) = (String::new(), text, false);
    while let Some(next) = rest.chars().next() {
        let letter = if in_word { None } else { read(rest) };
        if let Some((letter, after)) = letter
            && let Some(symbol) = symbol(&letter.name)
        {
            match symbol.starts_with('−') {
                true => result += &format!("({symbol})"),
                false if letter.barred => result += &barred(symbol),
                false => result += symbol,
            }
            rest = after;
            continue;
        }
        in_word = is_word(next);
        result.push(next);
        rest = &rest[next.len_utf8()..];
    }
    result
}

/// A variable: a letter with or without macron and index.
struct Letter {
    /// Without the macron: x, w, xᵢ.
    name: String,
    barred: bool,
}

/// The variable that a text starts with, and the rest of the text; `None` if it starts with a word or a sign.
fn read(text: &str) -> Option<(Letter, &str)> {
    let first = text.chars().next()?;
    let [barred, plain] = BARRED.map(str::chars);
    let precomposed = barred.zip(plain).find(|(barred, _)| *barred == first);
    let letter = precomposed.map_or(first, |(_, plain)| plain);
    if !letter.is_ascii_alphabetic() {
        return None;
    }
    let mut barred = precomposed.is_some();
    let mut name = String::from(letter);
    let mut rest = &text[first.len_utf8()..];
    while let Some(next) = rest.chars().next() {
        match next {
            '\u{304}' => barred = true,
            'ᵢ' | '₀'..='₉' => name.push(next),
            next if is_word(next) => return None,
            _ => break,
        }
        rest = &rest[next.len_utf8()..];
    }
    Some((Letter { name, barred }, rest))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
