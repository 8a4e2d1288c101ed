//! A graph as bytes: its tables as they are, numbers little-endian. Knows the layout; whether the
//! bytes are those that were stored is for others to tell.

use bstr::ByteSlice;

use super::row::{Head, Kind, NONE, Row, present};
use super::{FileId, Graph, StepId};
use crate::texts::Texts;

/// How many tables have their lengths at the front.
const TABLES: usize = 6;

impl Graph {
    /// The graph's own files and steps as bytes, without the header of options and without knowledge
    /// of what was joined.
    pub fn store(&self) -> Vec<u8> {
        let Graph { texts, files, rows, lists, code, .. } = self;
        let text = texts.bytes();
        let numbers = TABLES + texts.len() as usize + files.len() + Row::LENGTH * rows.len();
        let numbers = numbers + lists.len() + code.len();
        let mut stored = Vec::with_capacity(4 * numbers + text.len());
        let mut add = |number: u32| stored.extend_from_slice(&number.to_le_bytes());
        let lengths = [texts.len() as usize, files.len(), rows.len(), lists.len(), code.len()];
        lengths.into_iter().for_each(|length| add(length as u32));
        add(text.len() as u32);
        texts.iter().for_each(|text| add(text.len() as u32));
        files.iter().for_each(|&path| add(path));
        rows.iter().for_each(|row| row.numbers().into_iter().for_each(&mut add));
        lists.iter().for_each(|file| add(file.0));
        code.iter().for_each(|&number| add(number));
        stored.extend_from_slice(text);
        stored
    }

    /// The graph that was stored; none when the bytes make no sense.
    pub fn load(stored: &[u8]) -> Option<Graph> {
        let mut rest = stored;
        let mut lengths = [0; TABLES];
        for (length, number) in lengths.iter_mut().zip(take(&mut rest, TABLES)?) {
            *length = number as usize;
        }
        let [texts, files, rows, lists, code, text] = lengths;
        let texts = take(&mut rest, texts)?;
        let files: Vec<u32> = take(&mut rest, files)?.collect();
        let mut numbers = take(&mut rest, rows.checked_mul(Row::LENGTH)?)?;
        let rows: Vec<Row> = (0..rows).map(|_| Row::take(&mut numbers)).collect();
        let lists: Vec<FileId> = take(&mut rest, lists)?.map(FileId).collect();
        let code: Vec<u32> = take(&mut rest, code)?.collect();
        if rest.len() != text {
            return None;
        }
        let texts = Texts::cut(rest.to_vec(), texts.map(|length| length as usize))?;
        let mut graph = Graph { texts, files, rows, lists, code, ..Graph::default() };
        graph.file_of = vec![NONE; graph.texts.len() as usize];
        for (file, &path) in (0..).zip(&graph.files) {
            let place = graph.file_of.get_mut(path as usize)?;
            if std::mem::replace(place, file) != NONE {
                return None;
            }
        }
        graph.producer = vec![NONE; graph.files.len()];
        for step in graph.step_ids() {
            graph.is_sound(step).then_some(())?;
            let outputs = graph.rows[step.index()].outputs();
            for &output in &graph.lists[outputs] {
                let place = &mut graph.producer[output.index()];
                if ![NONE, step.0].contains(&std::mem::replace(place, step.0)) {
                    return None;
                }
            }
        }
        Some(graph)
    }

    /// Whether everything that a row speaks of is there.
    fn is_sound(&self, step: StepId) -> bool {
        let row = &self.rows[step.index()];
        let is_text = |text: u32| text < self.texts.len();
        let is_string = |text: u32| is_text(text) && self.texts.get(text).to_str().is_ok();
        let is_file = |file: u32| (file as usize) < self.files.len();
        let all = [row.files, row.made, row.read, row.awaited].map(u64::from);
        let files = all[0] as usize..all.iter().sum::<u64>() as usize;
        let pairs = row.code as usize..row.code as usize + 2 * row.pairs as usize;
        let Some(files) = self.lists.get(files) else { return false };
        let Some(pairs) = self.code.get(pairs) else { return false };
        let Some(mut code) = self.code.get(row.commands_from()..) else { return false };
        for _ in 0..row.commands {
            let Some((&head, rest)) = code.split_first_chunk() else { return false };
            let head = Head::of(head);
            let Some((words, rest)) = rest.split_at_checked(head.words) else { return false };
            let about = match head.kind {
                Kind::Exec => present(head.about).is_none_or(is_file),
                Kind::Shell | Kind::Try | Kind::Write => is_text(head.about),
            };
            if !about || !words.iter().all(|&word| is_text(word)) {
                return false;
            }
            code = rest;
        }
        is_string(row.tag)
            && is_string(row.label)
            && present(row.folder).is_none_or(is_text)
            && present(row.origin).is_none_or(is_text)
            && present(row.depfile).is_none_or(is_file)
            && files.iter().all(|file| is_file(file.0))
            && pairs.iter().all(|&text| is_text(text))
    }
}

/// The next numbers.
fn take<'s>(rest: &mut &'s [u8], count: usize) -> Option<impl Iterator<Item = u32> + use<'s>> {
    let (taken, after) = rest.split_at_checked(count.checked_mul(4)?)?;
    *rest = after;
    let (numbers, _) = taken.as_chunks::<4>();
    Some(numbers.iter().map(|&number| u32::from_le_bytes(number)))
}
