//! NPS NCP: the tables of reference section 8.

mod anchor_cache;
mod entities;
mod registry;
mod sample;
mod slots;
mod stream;
mod streams;
mod subscription;
