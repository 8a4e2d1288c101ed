use crate::generate::Tree;
pub(crate) fn of_any(_: &Tree, _: bool) -> Option<String> {
    None
}
pub(crate) fn of_sound(_: &Tree, _: bool) -> Option<String> {
    None
}
