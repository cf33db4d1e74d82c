//! Every page and every server function declares next to its definition who may call it. The server refuses what declares nothing, and a test
//! compares the declarations with what is registered.

/// One declaration.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// `GET` for a page, `POST` for a command.
    pub method: &'static str,
    /// Path of the page or of the server function.
    pub path: &'static str,
    /// Who may call it.
    pub permission: domain::accounts::Permission,
}

#[cfg(feature = "ssr")]
inventory::collect!(Declared);

/// All declarations, by method and path.
#[cfg(feature = "ssr")]
pub fn declared() -> Vec<Declared> {
    let mut all: Vec<Declared> = inventory::iter::<Declared>.into_iter().copied().collect();
    all.sort_by_key(|d| (d.path, d.method));
    all
}

/// The permission that a path asks for, when it declares one.
#[cfg(feature = "ssr")]
pub fn of(method: &str, path: &str) -> Option<domain::accounts::Permission> {
    use std::{collections::HashMap, sync::LazyLock};
    static ALL: LazyLock<HashMap<(&'static str, &'static str), domain::accounts::Permission>> =
        LazyLock::new(|| declared().into_iter().map(|d| ((d.method, d.path), d.permission)).collect());
    ALL.get(&(if method == "HEAD" { "GET" } else { method }, path)).copied()
}

/// Declares who may call a server function: `permit!(SignIn => Permission::Public);`
#[macro_export]
macro_rules! permit {
    ($function:ty => $permission:expr) => {
        // The browser part has no table of declarations, but the names that a declaration uses are used there as well.
        const _: domain::accounts::Permission = $permission;
        #[cfg(feature = "ssr")]
        inventory::submit! { $crate::permission::Declared {
            method: "POST", path: <$function as server_fn::ServerFn>::PATH, permission: $permission,
        } }
    };
}

/// Declares who may open a page: `permit_page!("/registr" => Permission::Public);`
#[macro_export]
macro_rules! permit_page {
    ($path:literal => $permission:expr) => {
        #[cfg(feature = "ssr")]
        inventory::submit! { $crate::permission::Declared { method: "GET", path: $path, permission: $permission } }
    };
}
