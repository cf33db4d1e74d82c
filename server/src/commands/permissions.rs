//! `kraj108 permissions`: who may do what, as it is declared beside every page and command.

use app::permission::declared;
use domain::accounts::Role;

/// The matrix as Markdown: one row per page or command, one column per role.
pub fn markdown() -> String {
    use std::fmt::Write;
    let mut out = String::from("| metoda | adresa | oprávnění |");
    for role in Role::ALL {
        let _ = write!(out, " {} |", role.code());
    }
    out.push_str("\n|---|---|---|");
    out.push_str(&"---|".repeat(Role::ALL.len()));
    out.push('\n');
    for d in declared() {
        let _ = write!(out, "| {} | {} | {} |", d.method, d.path, d.permission);
        for role in Role::ALL {
            let may = role.kinds().iter().any(|kind| app::accounts::matrix::may(d.permission, role, *kind));
            out.push_str(if may { " ano |" } else { " – |" });
        }
        out.push('\n');
    }
    out
}
