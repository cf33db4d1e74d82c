//! Operations: news, planned outages, how available the parts were, settings, backups.

mod news;
mod outages;
mod state;

pub use news::{FileRow, NewNews, NewsRow, add_file, create_news, file, files, news, news_item, remove_file, save_news, withdraw};
pub use outages::{NewOutage, OutageRow, cancel, create_outage, end, outage, outages, save_outage};
pub use state::{BackupRow, Setting, answers, beat, last_backup, last_beat, last_look, measured, note_backup, save_setting, settings};
