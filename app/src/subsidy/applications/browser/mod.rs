//! What the island of a part does in the browser. The page is the server's; this keeps it up to date while the person types, saves it, and loses
//! nothing: what cannot be sent stays in the device under the account until it can.

mod device;
mod page;

use super::{
    live,
    part::Part,
    save::{Saved, save_fields},
};
use crate::error::{AppError, Code, OUTAGE};
use chrono::{DateTime, Utc};
use domain::{
    order::{Inserted as _, take_out},
    subsidy::application::{Application, Context, Field},
};
use gloo::{
    events::{EventListener, EventListenerOptions, EventListenerPhase},
    timers::callback::Timeout,
};
use page::{Control, Page};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};
use wasm_bindgen::JsCast;

/// After the last key the form is saved in so many milliseconds.
const QUIET: u32 = 1200;
/// What could not be sent is tried again after so many milliseconds.
const RETRY: u32 = 10_000;

/// A form at work.
struct Work {
    application: String,
    part: Part,
    account: String,
    document: Application,
    context: Context,
    page: Page,
    /// What the server has, as this person last learned it.
    base: BTreeMap<String, String>,
    /// Fields in dispute wait for the person.
    disputes: BTreeMap<String, String>,
    /// Fields that the server refused wait for another text.
    refused: BTreeMap<String, String>,
    /// Fields that were left at least once, or said something from the start: only they speak while they are typed into.
    touched: BTreeSet<String>,
    /// What the autosave line says when everything is saved.
    calm: String,
    /// A button of the mouse or a finger is down: until it is up nothing moves, or it would come up beside what it pressed.
    pressed: bool,
    saving: bool,
    leaving: bool,
    timer: Option<Timeout>,
}

type Shared = Rc<RefCell<Work>>;

/// Wires the form of this page.
pub fn start(application: String, part: String, account: String, document: Application, context: Context) {
    let (Some(page), Ok(part)) = (Page::find(&application), part.parse::<Part>()) else { return };
    let seen = page.base();
    let base = page.controls().map(|control| (control.path.clone(), seen.get(&control.path).cloned().unwrap_or_default())).inserted();
    let touched = page.controls().filter(|control| control.speaks()).map(|control| control.path.clone()).inserted();
    let calm = page.said();
    let work: Shared = Rc::new(RefCell::new(Work {
        application,
        part,
        account,
        document,
        context,
        page,
        base,
        disputes: BTreeMap::new(),
        refused: BTreeMap::new(),
        touched,
        calm,
        pressed: false,
        saving: false,
        leaving: false,
        timer: None,
    }));
    restore(&work);
    listen(&work);
    let changed = {
        let mut work = work.borrow_mut();
        work.read_all();
        work.refresh(None);
        work.announce();
        !work.dirty().is_empty()
    };
    if changed {
        plan(&work, QUIET);
    }
}

/// Brings back what an earlier visit could not send.
fn restore(work: &Shared) {
    let work = work.borrow();
    for (path, text) in device::kept(&work.key()) {
        if let Some(control) = work.page.control(&path) {
            control.write(&text);
        }
    }
}

fn listen(work: &Shared) {
    let form = work.borrow().page.form.clone();
    let on = |target: &web_sys::EventTarget, kind: &'static str, work: &Shared, act: fn(&Shared, &web_sys::Event)| {
        let work = work.clone();
        let options = EventListenerOptions { phase: EventListenerPhase::Bubble, passive: false };
        EventListener::new_with_options(target, kind, options, move |event| act(&work, event)).forget();
    };
    on(&form, "input", work, typed);
    on(&form, "change", work, typed);
    on(&form, "focusout", work, left);
    on(&form, "submit", work, |work, _| work.borrow_mut().leaving = true);
    if let Some(document) = gloo::utils::document().dyn_ref::<web_sys::EventTarget>() {
        on(document, "keydown", work, key);
        on(document, "click", work, chosen);
        on(document, "pointerdown", work, |work, _| work.borrow_mut().pressed = true);
        on(document, "pointerup", work, released);
        on(document, "pointercancel", work, released);
    }
    if let Some(window) = gloo::utils::window().dyn_ref::<web_sys::EventTarget>() {
        on(window, "beforeunload", work, leaving);
        on(window, "online", work, |work, _| plan(work, 0));
        on(window, "pageshow", work, |work, _| work.borrow_mut().leaving = false);
    }
}

/// A field was typed into.
fn typed(work: &Shared, event: &web_sys::Event) {
    {
        let mut work = work.borrow_mut();
        let Some(control) = event.target().and_then(|target| work.page.control_of(&target)) else { return };
        take_out(&mut work.refused, &control.path);
        work.read(&control);
        work.refresh(Some(&control.path));
        work.announce();
    }
    plan(work, QUIET);
}

/// A field was left: it shows what was understood, and speaks from now on.
fn left(work: &Shared, event: &web_sys::Event) {
    // Busy means that the island itself moves the focus or takes a button away.
    let Ok(mut work) = work.try_borrow_mut() else { return };
    let Some(control) = event.target().and_then(|target| work.page.control_of(&target)) else { return };
    work.touched.insert(control.path.clone());
    if control.is_line() && !work.disputes.contains_key(&control.path) {
        let understood = work.shown(&control.path);
        if let Some(text) = understood.filter(|text| *text != control.read()) {
            control.write(&text);
        }
    }
    if !work.pressed {
        work.refresh(None);
    }
}

/// What waited for the pointer is shown once the click has been told.
fn released(work: &Shared, _: &web_sys::Event) {
    work.borrow_mut().pressed = false;
    let later = work.clone();
    Timeout::new(0, move || later.borrow().refresh(None)).forget();
}

/// Ctrl+S saves.
fn key(work: &Shared, event: &web_sys::Event) {
    // Where the pointer came up was not told, as over a scroll bar.
    work.borrow_mut().pressed = false;
    let Some(key) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
    if (key.ctrl_key() || key.meta_key()) && key.key().eq_ignore_ascii_case("s") {
        event.prevent_default();
        plan(work, 0);
    }
}

/// A button of the choice between mine and theirs.
fn chosen(work: &Shared, event: &web_sys::Event) {
    let Some(button) = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else { return };
    let Some((path, choice)) = button.get_attribute("data-spor").zip(button.get_attribute("data-volba")) else { return };
    {
        let mut work = work.borrow_mut();
        let Some(theirs) = take_out(&mut work.disputes, &path) else { return };
        if choice == "jejich"
            && let Some(control) = work.page.control(&path)
        {
            control.write(&theirs);
            work.read(&control);
        }
        if let Some(control) = work.page.control(&path) {
            control.focus();
        }
        work.show_disputes();
        work.refresh(None);
        work.announce();
    }
    plan(work, 0);
}

/// Asks before unsaved work is left.
fn leaving(work: &Shared, event: &web_sys::Event) {
    let work = work.borrow();
    if work.leaving || (work.dirty().is_empty() && work.disputes.is_empty()) {
        return;
    }
    work.keep_in_device();
    event.prevent_default();
    if let Some(event) = event.dyn_ref::<web_sys::BeforeUnloadEvent>() {
        event.set_return_value("neuloženo");
    }
}

/// Saves after a while; a later call moves it.
fn plan(work: &Shared, after: u32) {
    let later = work.clone();
    let timer = Timeout::new(after, move || save(&later));
    work.borrow_mut().timer = Some(timer);
}

/// Sends what changed. While one save is on its way the next one waits for it.
fn save(work: &Shared) {
    let (application, part, base, fields) = {
        let mut now = work.borrow_mut();
        let fields = now.dirty();
        if now.saving || now.leaving || fields.is_empty() {
            return;
        }
        now.saving = true;
        now.page.say("info", "clock", "Ukládám…", false);
        (now.application.clone(), now.part.to_string(), now.base.clone(), fields)
    };
    let base = serde_json::to_string(&base).unwrap_or_default();
    let work = work.clone();
    leptos::task::spawn_local(async move {
        let sent = fields.clone();
        let answer = save_fields(None, Some(application), Some(part), Some(base), None, None, Some(fields), None).await;
        let again = {
            let mut work = work.borrow_mut();
            work.saving = false;
            match answer {
                Ok(saved) => work.take_over(&saved, &sent),
                Err(error) => work.failed(&error),
            }
        };
        if let Some(after) = again {
            plan(&work, after);
        }
    });
}

impl Work {
    fn key(&self) -> String {
        format!("kraj108.{}.{}.{}", self.account, self.application, self.part)
    }

    /// The text of a field as the document shows it; none for fields of another form.
    fn shown(&self, path: &str) -> Option<String> {
        path.parse::<Field>().ok().map(|field| self.document.value(&field))
    }

    /// Takes a field of the page into the document.
    fn read(&mut self, control: &Control) {
        let now = DateTime::<Utc>::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or(self.context.now);
        let text = control.read();
        // What is refused here is refused by the server as well, which says why.
        let _ = self.document.patch([(control.path.as_str(), text.as_str())], &self.context.terms, now);
    }

    fn read_all(&mut self) {
        let controls: Vec<Control> = self.page.controls().cloned().collect();
        controls.iter().for_each(|control| self.read(control));
    }

    /// Fields whose text is not what the server has, apart from those that wait for the person.
    fn dirty(&self) -> BTreeMap<String, String> {
        self.page
            .texts()
            .into_iter()
            .filter(|(path, text)| {
                let seen = self.base.get(path).map_or("", String::as_str);
                let same = text == seen || self.shown(path).is_some_and(|shown| shown == seen && !self.document.unread.contains_key(path));
                let waits = self.disputes.contains_key(path) || self.refused.contains_key(path);
                !same && !waits
            })
            .inserted()
    }

    /// Totals, messages and the protocol after a change.
    fn refresh(&self, typing: Option<&str>) {
        let service = self.part.service().and_then(|key| self.document.service(key));
        if let Some(service) = service {
            for (name, text) in live::outputs(service, self.document.year) {
                self.page.put(&name, &text);
            }
        }
        let mut findings = live::findings_of(&self.part, &self.document, &self.context);
        if !self.part.begun(&self.document) {
            findings.retain(|finding| self.document.unread.contains_key(&finding.path));
        }
        let said = live::at_fields(&findings);
        for control in self.page.controls() {
            let path = control.path.as_str();
            let quiet = typing == Some(path) && !self.touched.contains(path);
            let refused = self.refused.get(path).map(|sentence| (true, sentence.as_str()));
            let found = said.get(path).map(|said| (said.level == domain::subsidy::application::Level::Error, said.sentence.as_str()));
            control.say(refused.or(found).filter(|_| !quiet));
        }
        self.page.settle_rows(service);
        let lines = live::protocol(&self.application, &self.part, &findings);
        self.page.list(&lines, &live::summary(&findings));
    }

    /// The autosave line after a change.
    fn announce(&self) {
        if !self.disputes.is_empty() {
            self.page.say("error", "fork", "Neuloženo: vyberte, co má platit", true);
        } else if !self.dirty().is_empty() {
            self.page.say("neutral", "clock", "Neuložené změny", false);
        } else if !self.refused.is_empty() {
            self.page.say("error", "error", "Neuloženo: opravte označené pole", true);
        } else {
            let news = self.page.said() != self.calm;
            self.page.say("ok", "cloud-ok", &self.calm, news);
        }
    }

    fn keep_in_device(&self) -> bool {
        device::keep(&self.key(), &self.dirty())
    }

    /// The server has it: what was sent is the new base, what others changed appears in the page.
    fn take_over(&mut self, saved: &Saved, sent: &BTreeMap<String, String>) -> Option<u32> {
        let disputed: BTreeSet<&str> = saved.disputes.iter().map(|dispute| dispute.path.as_str()).inserted();
        for (path, stored) in &saved.stored {
            let unchanged = self.page.control(path).is_some_and(|control| Some(&control.read()) == sent.get(path));
            if saved.refused.contains_key(path) || disputed.contains(path.as_str()) {
                continue;
            }
            self.base.insert(path.clone(), stored.clone());
            if let Some(control) = self.page.control(path).filter(|control| unchanged && control.is_line() && !control.has_focus()) {
                control.write(stored);
            }
        }
        for (path, theirs) in &saved.theirs {
            let mine = self.base.insert(path.clone(), theirs.clone()).unwrap_or_default();
            if let Some(control) = self.page.control(path).filter(|control| control.read() == mine) {
                control.write(theirs);
                self.read(&control);
            }
        }
        for dispute in &saved.disputes {
            self.base.insert(dispute.path.clone(), dispute.theirs.clone());
            self.disputes.insert(dispute.path.clone(), dispute.theirs.clone());
        }
        self.refused.extend(saved.refused.clone());
        self.page.set_base(&self.base);
        self.page.who = saved.who.clone();
        self.show_disputes();
        self.refresh(None);
        let left = self.dirty();
        if left.is_empty() {
            device::forget(&self.key());
        }
        self.calm = format!("Uloženo {}", saved.time);
        self.announce();
        (!left.is_empty()).then_some(QUIET)
    }

    /// It did not get there: it stays in the device, and is tried again where that can help.
    fn failed(&mut self, error: &AppError) -> Option<u32> {
        let kept = self.keep_in_device();
        let place = if kept { "uloženo v zařízení" } else { "zůstává na stránce" };
        match error.code {
            Code::Unavailable | Code::Fault | Code::TooMany => {
                let why = if error.sentence.starts_with(OUTAGE) { OUTAGE } else { "Bez spojení" };
                self.page.say("warn", "cloud-off", &format!("{why}, {place}"), true);
                Some(RETRY)
            }
            Code::SignIn => {
                self.page.say("warn", "cloud-off", &format!("Přihlášení skončilo, {place}. Přihlaste se v novém okně"), true);
                Some(RETRY)
            }
            _ => {
                self.page.say("error", "error", &format!("Neuloženo. {}", error.sentence), true);
                None
            }
        }
    }

    fn show_disputes(&self) {
        let rows: Vec<(String, String, String)> = self
            .disputes
            .iter()
            .map(|(path, theirs)| (path.clone(), self.page.control(path).map(|control| control.read()).unwrap_or_default(), theirs.clone()))
            .collect();
        self.page.disputes(&rows);
    }
}
