//! As much HTML as a browser without scripts needs to fill a form of our pages.

/// The fields of a form that would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    name: String,
    value: String,
    /// A box or a radio button: sent when it is ticked.
    ticked: Option<bool>,
    is_button: bool,
}

impl Form {
    /// The form of a command on a page.
    pub fn of(page: &str, command: &str) -> Option<Self> {
        page.split("<form")
            .skip(1)
            .map(|rest| rest.split("</form>").next().unwrap_or(rest))
            .map(Self::read)
            .find(|form| form.fields.iter().any(|field| field.name == "_akce" && field.value == command))
    }

    fn read(html: &str) -> Self {
        let mut form = Self::default();
        let mut select: Option<(String, Option<String>, Option<String>)> = None;
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let tag = &rest[at + 1..];
            let end = tag_end(tag);
            let (head, after) = (&tag[..end], &tag[(end + 1).min(tag.len())..]);
            let name = head.split([' ', '/', '\n']).next().unwrap_or_default();
            let get = |attribute: &str| attribute_of(head, attribute);
            let disabled = get("disabled").is_some();
            match name {
                "input" if !disabled => {
                    let kind = get("type").unwrap_or_default();
                    if let Some(name) = get("name") {
                        let ticked = matches!(kind.as_str(), "checkbox" | "radio").then(|| get("checked").is_some());
                        form.fields.push(Field { name, value: get("value").unwrap_or_default(), ticked, is_button: false });
                    }
                }
                "button" => {
                    if let Some(name) = get("name") {
                        form.fields.push(Field { name, value: get("value").unwrap_or_default(), ticked: None, is_button: true });
                    }
                }
                "textarea" if !disabled => {
                    if let Some(name) = get("name") {
                        let value = unescape(after.split("</textarea>").next().unwrap_or_default());
                        form.fields.push(Field { name, value, ticked: None, is_button: false });
                    }
                }
                "select" => select = get("name").map(|name| (name, None, None)),
                "option" => {
                    if let Some((_, chosen, first)) = &mut select {
                        let value = get("value").unwrap_or_default();
                        if get("selected").is_some() {
                            *chosen = Some(value.clone());
                        }
                        first.get_or_insert(value);
                    }
                }
                _ if head.starts_with("/select") => {
                    if let Some((name, chosen, first)) = select.take() {
                        let value = chosen.or(first).unwrap_or_default();
                        form.fields.push(Field { name, value, ticked: None, is_button: false });
                    }
                }
                _ => {}
            }
            rest = after;
        }
        form
    }

    /// Writes into a field. Fails the test when the form has none of that name.
    #[track_caller]
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        let field = self.fields.iter_mut().find(|f| f.name == name && f.ticked.is_none() && !f.is_button);
        field.unwrap_or_else(|| panic!("the form has no field {name}")).value = value.to_owned();
        self
    }

    /// Ticks the box or radio button with a value.
    #[track_caller]
    pub fn tick(&mut self, name: &str, value: &str) -> &mut Self {
        let mut found = false;
        for field in self.fields.iter_mut().filter(|f| f.name == name && f.ticked.is_some()) {
            if field.value == value {
                field.ticked = Some(true);
                found = true;
            } else if !name.ends_with("[]") {
                field.ticked = Some(false);
            }
        }
        assert!(found, "the form has no box {name} = {value}");
        self
    }

    /// Unticks a box.
    #[track_caller]
    pub fn untick(&mut self, name: &str) -> &mut Self {
        let field = self.fields.iter_mut().find(|f| f.name == name && f.ticked == Some(true));
        field.unwrap_or_else(|| panic!("no ticked box {name}")).ticked = Some(false);
        self
    }

    /// Presses a button with a name: its value is sent.
    #[track_caller]
    pub fn press(&mut self, name: &str, value: &str) -> &mut Self {
        let field = self.fields.iter_mut().find(|f| f.is_button && f.name == name && f.value == value);
        field.unwrap_or_else(|| panic!("the form has no button {name} = {value}")).is_button = false;
        self
    }

    /// Values of the buttons with a name, in order.
    pub fn buttons(&self) -> Vec<String> {
        self.fields.iter().filter(|f| f.is_button).map(|f| f.value.clone()).collect()
    }

    /// Adds a field that the page does not have, as a hostile client may.
    pub fn add(&mut self, name: &str, value: &str) -> &mut Self {
        self.fields.push(Field { name: name.to_owned(), value: value.to_owned(), ticked: None, is_button: false });
        self
    }

    /// What stands in a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|f| f.name == name && f.ticked != Some(false)).map(|f| f.value.as_str())
    }

    /// Whether there is a field with a name, ticked or not.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|f| f.name == name)
    }

    /// Names and values that are sent.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.fields.iter().filter(|f| !f.is_button && f.ticked != Some(false)).map(|f| (f.name.as_str(), f.value.as_str())).collect()
    }
}

/// Where a tag ends: a `>` outside quotation marks.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    for (at, c) in tag.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    tag.len()
}

fn attribute_of(head: &str, name: &str) -> Option<String> {
    let mut rest = head;
    while let Some(at) = rest.find(name) {
        let before = rest[..at].chars().last();
        let after = &rest[at + name.len()..];
        if before.is_some_and(char::is_whitespace) && rest[..at].matches('"').count().is_multiple_of(2) {
            if let Some(value) = after.strip_prefix("=\"") {
                return Some(unescape(value.split('"').next().unwrap_or_default()));
            }
            if after.is_empty() || after.starts_with([' ', '/', '>']) {
                return Some(String::new());
            }
        }
        rest = after;
    }
    None
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

/// The visible text of a page: without tags, scripts and the sprite, white space as one space.
pub fn text(page: &str) -> String {
    let body = page.split_once("<main").and_then(|(_, rest)| rest.split_once('>')).map_or(page, |(_, rest)| rest);
    let mut out = String::new();
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at + 1..];
        // Elements within a line, and the marks that the renderer leaves between texts, part no words.
        let inline = ["span", "/span", "strong", "/strong", "!"];
        if !inline.iter().any(|name| tag.starts_with(name)) {
            out.push(' ');
        }
        let end = tag_end(tag);
        rest = &tag[(end + 1).min(tag.len())..];
    }
    out.push_str(rest);
    unescape(&out).replace(['\u{a0}', '\u{202f}'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn forms_are_read_as_a_browser_reads_them() {
    let page = r#"<form><input type="hidden" name="_akce" value="/a"></form><form method="post"><input name="_akce" value="/b"/>
        <input name="x" value="1 &gt; 0 &amp; &quot;"><input type="checkbox" name="c" value="ano" checked><input type="checkbox" name="d" value="ano">
        <input disabled name="no" value="1"><textarea name="t">&lt;b&gt;</textarea><select name="s"><option value="1">a</option><option value="2" selected>b</option></select>
        <button name="kam" value="dal">x</button></form>"#;
    let mut form = Form::of(page, "/b").unwrap();
    assert_eq!(form.pairs(), [("_akce", "/b"), ("x", "1 > 0 & \""), ("c", "ano"), ("t", "<b>"), ("s", "2")]);
    form.set("x", "y").tick("d", "ano").untick("c").press("kam", "dal");
    assert_eq!(form.pairs(), [("_akce", "/b"), ("x", "y"), ("d", "ano"), ("t", "<b>"), ("s", "2"), ("kam", "dal")]);
    assert_eq!(text("<main><p>a<span>b</span></p> &amp; <b>c</b></main>"), "ab & c");
}
