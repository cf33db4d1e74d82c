//! The button that asks the browser for a passkey. What it answers is put into the form around, which is sent like any other.

use leptos::prelude::*;

/// Wires the button of the page: asks for the passkey as soon as it can, and again when it is pressed.
#[island]
pub fn PasskeyButton(
    /// What the browser is asked, as JSON of WebAuthn.
    options: String,
    /// A new key is made; else one that is there is shown.
    create: bool,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start(options, create);
    #[cfg(not(feature = "hydrate"))]
    let _ = (options, create);
    view! { <span hidden></span> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;

    /// Identifiers of the field, the button and the words of the page.
    const FIELD: &str = "odpoved";
    const BUTTON: &str = "klic";
    const WORDS: &str = "klic-stav";
    const CONFIRM: &str = "Potvrďte klíč v zařízení.";
    const OLD: &str = "Tento prohlížeč přístupové klíče neumí. Aktualizujte ho, nebo použijte jiný způsob.";
    const NOT_GIVEN: &str = "Klíč jsme nedostali. Zkuste to znovu tlačítkem, nebo použijte jiný způsob.";
    const THERE: &str = "Toto zařízení už svůj klíč u vašeho účtu má. Použijte jiné.";

    fn element<E: wasm_bindgen::JsCast>(id: &str) -> Option<E> {
        web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
    }

    /// Begins, now and whenever the button is pressed.
    pub fn start(options: String, create: bool) {
        let options = std::rc::Rc::new(options);
        let Some(button) = element::<web_sys::HtmlElement>(BUTTON) else { return };
        let again = options.clone();
        gloo::events::EventListener::new(&button, "click", move |_| run(again.clone(), create)).forget();
        run(options, create);
    }

    fn run(options: std::rc::Rc<String>, create: bool) {
        say(CONFIRM, false);
        leptos::task::spawn_local(async move {
            match ask(&options, create).await {
                Ok(answer) => send(&answer),
                Err(why) => say(why, true),
            }
        });
    }

    /// Says how it stands; whether the button can be pressed.
    fn say(words: &str, free: bool) {
        if let Some(place) = element::<web_sys::HtmlElement>(WORDS) {
            place.set_text_content(Some(words));
        }
        if let Some(button) = element::<web_sys::HtmlElement>(BUTTON) {
            let _ = if free { button.remove_attribute("disabled") } else { button.set_attribute("disabled", "") };
        }
    }

    fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
        js_sys::Reflect::get(of, &name.into())
    }

    fn call(of: &JsValue, name: &str, with: &JsValue) -> Result<JsValue, JsValue> {
        get(of, name)?.dyn_into::<js_sys::Function>()?.call1(of, with)
    }

    /// What the browser answers, as JSON.
    async fn ask(options: &str, create: bool) -> Result<String, &'static str> {
        let promise = begin(options, create).map_err(|_| OLD)?;
        let answer = JsFuture::from(promise).await.map_err(|refused| {
            let name = get(&refused, "name").ok().and_then(|name| name.as_string());
            if name.as_deref() == Some("InvalidStateError") { THERE } else { NOT_GIVEN }
        })?;
        let json = call(&answer, "toJSON", &JsValue::UNDEFINED).map_err(|_| OLD)?;
        js_sys::JSON::stringify(&json).map(String::from).map_err(|_| OLD)
    }

    fn begin(options: &str, create: bool) -> Result<js_sys::Promise, JsValue> {
        let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
        let credential = get(&window, "PublicKeyCredential")?;
        let asked = get(&js_sys::JSON::parse(options)?, "publicKey")?;
        let read = if create { "parseCreationOptionsFromJSON" } else { "parseRequestOptionsFromJSON" };
        let whole = js_sys::Object::new();
        js_sys::Reflect::set(&whole, &"publicKey".into(), &call(&credential, read, &asked)?)?;
        let container = get(&get(&window, "navigator")?, "credentials")?;
        call(&container, if create { "create" } else { "get" }, &whole)?.dyn_into()
    }

    /// Puts the answer into the form and sends it.
    fn send(answer: &str) {
        let Some(field) = element::<web_sys::HtmlInputElement>(FIELD) else { return };
        field.set_value(answer);
        if let Some(form) = field.form() {
            let _ = form.submit();
        }
    }
}
