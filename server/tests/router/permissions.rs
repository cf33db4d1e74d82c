//! Every page and every command declares who may call it, and the router refuses whoever may not.

use app::{App, permission::declared};
use domain::accounts::{Permission, Role};
use std::collections::BTreeSet;

#[test]
fn every_command_declares_its_permission() {
    let commands: BTreeSet<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    let declared: BTreeSet<&str> = declared().into_iter().filter(|d| d.method == "POST").map(|d| d.path).collect();
    println!("{} commands, {} declarations of posts", commands.len(), declared.len());
    assert!(commands.len() >= 25, "only {} commands are registered: is the crate linked?", commands.len());
    assert_eq!(commands.difference(&declared).collect::<Vec<_>>(), Vec::<&&str>::new(), "commands without a permission");
}

#[test]
fn every_page_declares_its_permission() {
    let pages: BTreeSet<String> = leptos_axum::generate_route_list(App).iter().map(|route| route.path().to_owned()).collect();
    let declared: BTreeSet<String> = declared().into_iter().filter(|d| d.method == "GET").map(|d| d.path.to_owned()).collect();
    println!("{} pages, {} declarations of pages", pages.len(), declared.len());
    assert!(pages.len() >= 30);
    assert_eq!(pages.difference(&declared).collect::<Vec<_>>(), Vec::<&String>::new(), "pages without a permission");
}

#[test]
fn nothing_is_declared_twice() {
    let all = declared();
    for pair in all.windows(2) {
        assert!((pair[0].method, pair[0].path) != (pair[1].method, pair[1].path), "{} {} twice", pair[0].method, pair[0].path);
    }
}

#[test]
fn the_matrix_of_who_may_do_what_changes_only_in_review() {
    insta::assert_snapshot!(server::commands::permissions::markdown());
}

#[test]
fn every_right_that_is_asked_for_can_be_held_by_somebody() {
    for d in declared() {
        let rights = match d.permission {
            Permission::Has(right) | Permission::HasIn(_, right) => vec![right],
            Permission::AnyOf(rights) => rights.to_vec(),
            Permission::Public | Permission::SigningIn | Permission::SignedIn => continue,
        };
        assert!(Role::ALL.iter().any(|role| rights.iter().any(|r| role.rights().contains(r))), "{} {}", d.method, d.path);
    }
}
