//! Small parts that every page uses: icons, banners, pills, fields.

pub mod field;
pub mod icon;
pub mod parts;
pub mod text_area;

pub use field::*;
pub use icon::*;
pub use parts::*;
pub use text_area::*;
