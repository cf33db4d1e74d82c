//! The elements of the page that the island reads and writes. Texts are only ever set as text.

use crate::subsidy::applications::{
    live::{Line, shows_note},
    part::field_id,
};
use domain::{
    order::Inserted as _,
    subsidy::application::{Level, ServiceApplication},
};
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement};

/// The page of a part.
pub struct Page {
    document: Document,
    /// Its form.
    pub form: HtmlFormElement,
    controls: Vec<Control>,
    /// Who changed the application before this save.
    pub who: String,
}

/// A field of the form.
#[derive(Clone)]
pub struct Control {
    /// The path in the application.
    pub path: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Line(HtmlInputElement),
    Lines(HtmlTextAreaElement),
    Box(HtmlInputElement),
    Radio(Vec<HtmlInputElement>),
}

fn all(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = root.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.get(at)?.dyn_into::<Element>().ok()).collect()
}

impl Page {
    /// The form of an application on this page.
    pub fn find(application: &str) -> Option<Self> {
        let document = gloo::utils::document();
        let form = all(&document.document_element()?, "form[data-zadost]")
            .into_iter()
            .find(|form| form.get_attribute("data-zadost").as_deref() == Some(application))?
            .dyn_into::<HtmlFormElement>()
            .ok()?;
        let mut controls: Vec<Control> = Vec::new();
        for element in all(&form, "[name^='pole[']") {
            let name = element.get_attribute("name").unwrap_or_default();
            let Some(path) = name.strip_prefix("pole[").and_then(|rest| rest.strip_suffix(']')) else { continue };
            let kind = match element.clone().dyn_into::<HtmlInputElement>() {
                Ok(input) if input.type_() == "checkbox" => Kind::Box(input),
                Ok(input) if input.type_() == "radio" => {
                    if let Some(Control { kind: Kind::Radio(buttons), .. }) = controls.iter_mut().find(|control| control.path == path) {
                        buttons.push(input);
                        continue;
                    }
                    Kind::Radio(vec![input])
                }
                Ok(input) => Kind::Line(input),
                Err(_) => match element.dyn_into::<HtmlTextAreaElement>() {
                    Ok(area) => Kind::Lines(area),
                    Err(_) => continue,
                },
            };
            controls.push(Control { path: path.to_owned(), kind });
        }
        Some(Self { document, form, controls, who: String::new() })
    }

    /// All fields.
    pub fn controls(&self) -> impl Iterator<Item = &Control> {
        self.controls.iter()
    }

    /// The field with a path.
    pub fn control(&self, path: &str) -> Option<Control> {
        self.controls.iter().find(|control| control.path == path).cloned()
    }

    /// The field that an event came from.
    pub fn control_of(&self, target: &web_sys::EventTarget) -> Option<Control> {
        let name = target.dyn_ref::<Element>()?.get_attribute("name")?;
        self.control(name.strip_prefix("pole[")?.strip_suffix(']')?)
    }

    /// What stands in every field now.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.controls.iter().map(|control| (control.path.clone(), control.read())).inserted()
    }

    fn hidden(&self, name: &str) -> Option<HtmlInputElement> {
        self.form.query_selector(&format!("input[name='{name}']")).ok().flatten()?.dyn_into().ok()
    }

    /// What the person saw when the page was made.
    pub fn base(&self) -> BTreeMap<String, String> {
        self.hidden("zaklad").and_then(|input| serde_json::from_str(&input.value()).ok()).unwrap_or_default()
    }

    /// What the plain form says that the person saw, after a save.
    pub fn set_base(&self, base: &BTreeMap<String, String>) {
        let filled: BTreeMap<&String, &String> = base.iter().filter(|(_, text)| !text.is_empty()).inserted();
        if let (Some(input), Ok(text)) = (self.hidden("zaklad"), serde_json::to_string(&filled)) {
            input.set_value(&text);
        }
    }

    fn root(&self) -> Option<Element> {
        self.document.document_element()
    }

    /// Writes a total into its places.
    pub fn put(&self, name: &str, text: &str) {
        let Some(root) = self.root() else { return };
        if name == "sirka" {
            all(&root, "[data-sirka]").iter().for_each(|bar| {
                let _ = bar.set_attribute("width", text);
            });
            return;
        }
        for place in all(&root, &format!("[data-out='{name}']")) {
            if place.text_content().as_deref() != Some(text) {
                place.set_text_content(Some(text));
            }
        }
    }

    /// Shows the rows under fields that have something to say.
    pub fn settle_rows(&self, service: Option<&ServiceApplication>) {
        for row in all(&self.form, "[data-pod]") {
            let speaks = all(&row, "[data-zprava]").iter().any(|message| !message.has_attribute("hidden"));
            let has_field = row.query_selector("input").ok().flatten().is_some();
            if has_field {
                let key = row.get_attribute("data-pod").unwrap_or_default();
                let wanted = speaks
                    || service.is_some_and(|service| shows_note(service, &key))
                    || row.contains(self.document.active_element().as_deref());
                set_flag(&row, "data-tichy", !wanted);
            } else {
                set_flag(&row, "hidden", !speaks);
            }
        }
    }

    /// What the autosave line says.
    pub fn said(&self) -> String {
        let line = self.root().and_then(|root| root.query_selector("[data-ukladani] span").ok().flatten());
        line.and_then(|line| line.text_content()).unwrap_or_default()
    }

    /// The autosave line; `aloud` is read by screen readers, at most once a minute.
    pub fn say(&self, tone: &str, icon: &str, text: &str, aloud: bool) {
        let Some(root) = self.root() else { return };
        for line in all(&root, "[data-ukladani]") {
            let _ = line.set_attribute("data-tone", tone);
            if let Ok(Some(place)) = line.query_selector("use") {
                let _ = place.set_attribute("href", &format!("#i-{icon}"));
            }
            if let Ok(Some(words)) = line.query_selector("span") {
                words.set_text_content(Some(text));
            }
        }
        if !aloud {
            return;
        }
        for line in all(&root, "[data-ukladani-nahlas]") {
            let now = js_sys::Date::now() as i64;
            let last = line.get_attribute("data-kdy").and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
            if now - last > 60_000 || tone == "error" || tone == "warn" {
                line.set_text_content(Some(text));
                let _ = line.set_attribute("data-kdy", &now.to_string());
            }
        }
    }

    fn element(&self, name: &str, class: &str, text: &str) -> Option<Element> {
        let element = self.document.create_element(name).ok()?;
        if !class.is_empty() {
            element.set_class_name(class);
        }
        if !text.is_empty() {
            element.set_text_content(Some(text));
        }
        Some(element)
    }

    fn icon(&self, name: &str) -> Option<Element> {
        const SVG: &str = "http://www.w3.org/2000/svg";
        let icon = self.document.create_element_ns(Some(SVG), "svg").ok()?;
        let place = self.document.create_element_ns(Some(SVG), "use").ok()?;
        for (attribute, value) in [("class", "icon"), ("viewBox", "0 0 16 16"), ("aria-hidden", "true"), ("focusable", "false")] {
            let _ = icon.set_attribute(attribute, value);
        }
        let _ = place.set_attribute("href", &format!("#i-{name}"));
        let _ = icon.append_child(&place);
        Some(icon)
    }

    /// The protocol of the part and its summary.
    pub fn list(&self, lines: &[Line], summary: &str) {
        let Some(root) = self.root() else { return };
        all(&root, "[data-kontrola-souhrn]").iter().for_each(|place| place.set_text_content(Some(summary)));
        let Some(place) = all(&root, "[data-kontrola]").into_iter().next() else { return };
        place.set_text_content(None);
        if lines.is_empty() {
            if let Some(calm) = self.element("p", "muted", "Kontrola nic nenašla.") {
                let _ = place.append_child(&calm);
            }
            return;
        }
        let Some(list) = self.element("ul", "protocol", "") else { return };
        for line in lines {
            let (tone, icon, word) =
                if line.level == Level::Error { ("error", "error", "Chyba: ") } else { ("warn", "warn", "Varování: ") };
            let made = [self.element("li", "", ""), self.element("a", "", ""), self.icon(icon), self.element("span", "", "")];
            let [Some(item), Some(link), Some(icon), Some(words)] = made else { continue };
            let _ = item.set_attribute("data-tone", tone);
            let _ = link.set_attribute("href", &line.href);
            if let Some(word) = self.element("span", "sr", word) {
                let _ = words.append_child(&word);
            }
            let _ = words.append_child(&self.document.create_text_node(&line.sentence));
            let _ = link.append_child(&icon);
            let _ = link.append_child(&words);
            if let Some(small) = self.element("small", "", &line.small).filter(|_| !line.small.is_empty()) {
                let _ = link.append_child(&small);
            }
            let _ = item.append_child(&link);
            let _ = list.append_child(&item);
        }
        let _ = place.append_child(&list);
    }

    /// Fields that two people changed: path, mine, theirs; with a button for each choice.
    pub fn disputes(&self, rows: &[(String, String, String)]) {
        if let Ok(Some(old)) = self.form.query_selector("[data-spory]") {
            old.remove();
        }
        if rows.is_empty() {
            return;
        }
        let Some(card) = self.element("section", "card", "") else { return };
        let _ = card.set_attribute("data-spory", "");
        let _ = card.set_attribute("role", "alert");
        let head = self.element("h2", "", "Co má platit?");
        let words = self.element("p", "", &format!("{} mezitím změnil(a) tatáž pole. Vyberte u každého, co má platit.", self.who));
        for part in [head, words].into_iter().flatten() {
            let _ = card.append_child(&part);
        }
        for (path, mine, theirs) in rows {
            let label = self.control(path).map(|control| control.label(&self.document)).unwrap_or_default();
            let made = [self.element("div", "stack stack--tight", ""), self.element("p", "label", &label), self.element("p", "row", "")];
            let [Some(block), Some(label), Some(buttons)] = made else { continue };
            for (choice, text) in
                [("moje", format!("Nechat moje: {}", shown(mine))), ("jejich", format!("Vzít uložené: {}", shown(theirs)))]
            {
                if let Some(button) = self.element("button", "btn", &text) {
                    for (attribute, value) in [("type", "button"), ("data-spor", path.as_str()), ("data-volba", choice)] {
                        let _ = button.set_attribute(attribute, value);
                    }
                    let _ = buttons.append_child(&button);
                }
            }
            let _ = block.append_child(&label);
            let _ = block.append_child(&buttons);
            let _ = card.append_child(&block);
        }
        let _ = self.form.insert_before(&card, self.form.first_child().as_ref());
    }
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "(prázdné)" } else { text }
}

fn set_flag(element: &Element, name: &str, on: bool) {
    if element.has_attribute(name) == on {
        return;
    }
    let _ = if on { element.set_attribute(name, "") } else { element.remove_attribute(name) };
}

impl Control {
    fn element(&self) -> Option<&HtmlElement> {
        match &self.kind {
            Kind::Line(input) | Kind::Box(input) => Some(input),
            Kind::Lines(area) => Some(area),
            Kind::Radio(buttons) => buttons.first().map(AsRef::as_ref),
        }
    }

    /// What stands in it.
    pub fn read(&self) -> String {
        match &self.kind {
            Kind::Line(input) => input.value(),
            Kind::Lines(area) => area.value(),
            Kind::Box(input) => {
                if input.checked() {
                    "ano".to_owned()
                } else {
                    String::new()
                }
            }
            // The first way is the default, which the application keeps as nothing.
            Kind::Radio(buttons) => buttons.iter().skip(1).find(|button| button.checked()).map(HtmlInputElement::value).unwrap_or_default(),
        }
    }

    /// Writes into it.
    pub fn write(&self, text: &str) {
        match &self.kind {
            Kind::Line(input) => input.set_value(text),
            Kind::Lines(area) => area.set_value(text),
            Kind::Box(input) => input.set_checked(text == "ano"),
            Kind::Radio(buttons) => {
                for (at, button) in buttons.iter().enumerate() {
                    button.set_checked(if text.is_empty() { at == 0 } else { button.value() == text });
                }
            }
        }
    }

    /// A field of one line, which shows what was understood once it is left.
    pub fn is_line(&self) -> bool {
        matches!(self.kind, Kind::Line(_))
    }

    /// Whether the person is in it.
    pub fn has_focus(&self) -> bool {
        let active = gloo::utils::document().active_element();
        self.element().zip(active).is_some_and(|(own, active)| own.is_same_node(Some(&active)))
    }

    /// Brings the person to it.
    pub fn focus(&self) {
        if let Some(element) = self.element() {
            let _ = element.focus();
        }
    }

    /// Whether it says something.
    pub fn speaks(&self) -> bool {
        self.message().is_some_and(|message| !message.has_attribute("hidden"))
    }

    fn message(&self) -> Option<Element> {
        gloo::utils::document().get_element_by_id(&format!("{}-m", field_id(&self.path)))
    }

    /// Shows a message (whether it is an error, and its sentence) or none.
    pub fn say(&self, said: Option<(bool, &str)>) {
        let error = said.is_some_and(|(error, _)| error);
        if let Some(element) = self.element() {
            let _ = if error { element.set_attribute("aria-invalid", "true") } else { element.remove_attribute("aria-invalid") };
            set_flag(element, "data-warn", said.is_some() && !error);
        }
        let Some(message) = self.message() else { return };
        set_flag(&message, "hidden", said.is_none());
        let Some((error, sentence)) = said else { return };
        let _ = message.set_attribute("data-tone", if error { "error" } else { "warn" });
        if let Ok(Some(place)) = message.query_selector("use") {
            let _ = place.set_attribute("href", if error { "#i-error" } else { "#i-warn" });
        }
        if let Ok(Some(words)) = message.query_selector("span")
            && words.text_content().as_deref() != Some(sentence)
        {
            words.set_text_content(Some(sentence));
        }
    }

    /// What it is called on the page.
    fn label(&self, document: &Document) -> String {
        let Some(element) = self.element() else { return String::new() };
        element.get_attribute("aria-label").unwrap_or_else(|| {
            let label = document.query_selector(&format!("label[for='{}']", element.id())).ok().flatten();
            label.and_then(|label| label.text_content()).unwrap_or_default()
        })
    }
}
