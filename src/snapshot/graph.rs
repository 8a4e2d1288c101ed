//! A graph as it is stored, with the digests of its recipes, which take long to make anew. For
//! `#[serde(with)]`. Knows neither the graph's own layout nor files.

use std::collections::BTreeMap;

use bstr::BString;
use rules::graph::{Graph, OptionHeader};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine;

/// A graph in pieces.
#[derive(Serialize, Deserialize)]
struct Stored<'s> {
    #[serde(serialize_with = "as_bytes")]
    graph: &'s [u8],
    /// One per step, one behind the other.
    #[serde(serialize_with = "as_bytes")]
    recipes: &'s [u8],
    options: Option<Header>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    path: BString,
    prefix: BString,
    values: BTreeMap<BString, BString>,
}

fn as_bytes<S: Serializer>(bytes: &&[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

/// Stores a graph that consists of one part.
pub(crate) fn serialize<S: Serializer>(graph: &Graph, serializer: S) -> Result<S::Ok, S::Error> {
    let header = |options: &OptionHeader| Header {
        path: graph.path(options.file).to_owned(),
        prefix: options.prefix.clone(),
        values: options.values.clone(),
    };
    Stored {
        graph: &graph.store(),
        recipes: engine::recipes(graph).as_flattened(),
        options: graph.options.as_ref().map(header),
    }
    .serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Graph, D::Error> {
    let Stored { graph, recipes, options } = Stored::deserialize(from)?;
    let mut graph = Graph::load(graph).ok_or_else(|| D::Error::custom("no graph"))?;
    let (recipes, rest) = recipes.as_chunks();
    if recipes.len() != graph.steps().len() || !rest.is_empty() {
        return Err(D::Error::custom("steps without recipes"));
    }
    graph.keep_recipes(recipes.to_vec());
    graph.options = options.map(|Header { path, prefix, values }| OptionHeader {
        file: graph.file(path),
        prefix,
        values,
    });
    Ok(graph)
}
