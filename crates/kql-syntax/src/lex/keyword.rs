//! The words with a meaning of their own, and where each may still be a name.
//!
//! Words that only count in one place (`first`, `last`, `flags`, `title`, chart kinds, …) are no keywords here: the parser
//! compares their text there, and they stay ordinary names everywhere else.

/// Where a keyword may stand as a name without `['…']`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameUse {
    /// Wherever a name may stand: `T | where id == 1`.
    Anywhere,
    /// Left of `=`, in declarations and after a dot: `T | project by = id`.
    Target,
    /// Nowhere: it must be quoted.
    Never,
}

macro_rules! keywords {
    ($($variant:ident $text:literal $name_use:ident,)*) => {
        /// The keywords.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)] // The variants are the words.
        pub enum Keyword { $($variant,)* }

        const TABLE: &[(&str, Keyword, NameUse)] = &[$(($text, Keyword::$variant, NameUse::$name_use),)*];
    };
}

keywords! {
    Access "access" Anywhere,
    Alias "alias" Anywhere,
    And "and" Never,
    As "as" Target,
    Asc "asc" Never,
    AssertSchema "assert-schema" Never,
    Between "between" Never,
    Boolean "boolean" Never,
    By "by" Target,
    Consume "consume" Anywhere,
    Contains "contains" Target,
    ContainsCs "contains_cs" Never,
    ContainsCsOld "containscs" Never,
    Count "count" Anywhere,
    Database "database" Anywhere,
    Datatable "datatable" Target,
    Date "date" Never,
    Datetime "datetime" Never,
    Decimal "decimal" Never,
    Declare "declare" Anywhere,
    Default "default" Anywhere,
    Desc "desc" Never,
    Distinct "distinct" Anywhere,
    Double "double" Never,
    Dynamic "dynamic" Never,
    Edges "edges" Anywhere,
    EndsWith "endswith" Never,
    EndsWithCs "endswith_cs" Never,
    EntityGroup "entity_group" Anywhere,
    Evaluate "evaluate" Anywhere,
    ExecuteAndCache "__executeAndCache" Never,
    Extend "extend" Anywhere,
    ExternalData "externaldata" Target,
    ExternalDataOld "external_data" Never,
    Facet "facet" Anywhere,
    Filter "filter" Anywhere,
    Find "find" Target,
    Float "float" Never,
    Fork "fork" Anywhere,
    From "from" Anywhere,
    GetSchema "getschema" Anywhere,
    GrannyAsc "granny-asc" Never,
    GrannyDesc "granny-desc" Never,
    GraphMarkComponents "graph-mark-components" Never,
    GraphMatch "graph-match" Never,
    GraphShortestPaths "graph-shortest-paths" Never,
    GraphToTable "graph-to-table" Never,
    GraphWhereEdges "graph-where-edges" Never,
    GraphWhereNodes "graph-where-nodes" Never,
    Has "has" Target,
    HasAll "has_all" Never,
    HasAny "has_any" Never,
    HasCs "has_cs" Never,
    HasPrefix "hasprefix" Never,
    HasPrefixCs "hasprefix_cs" Never,
    HasSuffix "hassuffix" Never,
    HasSuffixCs "hassuffix_cs" Never,
    Id "id" Anywhere,
    In "in" Target,
    InTilde "in~" Never,
    Int "int" Never,
    Int32 "int32" Never,
    Int64 "int64" Never,
    Invoke "invoke" Target,
    Join "join" Anywhere,
    Let "let" Anywhere,
    Like "like" Never,
    LikeCs "likecs" Never,
    Limit "limit" Anywhere,
    Long "long" Never,
    Lookup "lookup" Anywhere,
    MacroExpand "macro-expand" Never,
    MakeGraph "make-graph" Never,
    MakeSeries "make-series" Never,
    Matches "matches" Anywhere,
    Materialize "materialize" Target,
    MvApply "mv-apply" Never,
    MvApplyOld "mvapply" Anywhere,
    MvExpand "mv-expand" Never,
    MvExpandOld "mvexpand" Anywhere,
    Nodes "nodes" Anywhere,
    NotBetween "!between" Never,
    NotContains "!contains" Never,
    NotContainsCs "!contains_cs" Never,
    NotContainsCsOld "notcontainscs" Never,
    NotContainsOld "notcontains" Never,
    NotEndsWith "!endswith" Never,
    NotEndsWithCs "!endswith_cs" Never,
    NotHas "!has" Never,
    NotHasCs "!has_cs" Never,
    NotHasPrefix "!hasprefix" Never,
    NotHasPrefixCs "!hasprefix_cs" Never,
    NotHasSuffix "!hassuffix" Never,
    NotHasSuffixCs "!hassuffix_cs" Never,
    NotIn "!in" Never,
    NotInTilde "!in~" Never,
    NotLike "notlike" Never,
    NotLikeCs "notlikecs" Never,
    NotStartsWith "!startswith" Never,
    NotStartsWithCs "!startswith_cs" Never,
    Null "null" Anywhere,
    Nulls "nulls" Anywhere,
    Of "of" Target,
    On "on" Anywhere,
    Optional "optional" Anywhere,
    Or "or" Never,
    Order "order" Anywhere,
    Output "output" Anywhere,
    Pack "pack" Anywhere,
    Parse "parse" Anywhere,
    ParseKv "parse-kv" Never,
    ParseWhere "parse-where" Never,
    Partition "partition" Anywhere,
    PartitionBy "__partitionby" Anywhere,
    PartitionedBy "partitioned-by" Never,
    Pattern "pattern" Anywhere,
    Print "print" Target,
    Project "project" Never,
    ProjectAway "project-away" Never,
    ProjectByNames "project-by-names" Never,
    ProjectKeep "project-keep" Never,
    ProjectRename "project-rename" Never,
    ProjectReorder "project-reorder" Never,
    ProjectSmart "project-smart" Never,
    QueryParameters "query_parameters" Anywhere,
    Range "range" Anywhere,
    Real "real" Never,
    Reduce "reduce" Anywhere,
    Regex "regex" Anywhere,
    Render "render" Anywhere,
    Restrict "restrict" Anywhere,
    Sample "sample" Target,
    SampleDistinct "sample-distinct" Target,
    Scan "scan" Anywhere,
    Search "search" Target,
    Serialize "serialize" Anywhere,
    Set "set" Target,
    Sort "sort" Anywhere,
    StartsWith "startswith" Never,
    StartsWithCs "startswith_cs" Never,
    Step "step" Anywhere,
    String "string" Never,
    Summarize "summarize" Anywhere,
    Take "take" Anywhere,
    Time "time" Never,
    Timespan "timespan" Never,
    To "to" Target,
    Top "top" Anywhere,
    TopHitters "top-hitters" Target,
    TopNested "top-nested" Target,
    ToScalar "toscalar" Target,
    ToTable "totable" Target,
    TypeOf "typeof" Anywhere,
    Union "union" Never,
    View "view" Anywhere,
    Where "where" Target,
    With "with" Anywhere,
}

/// All keywords as written, with where each may be a name. In alphabetical order of their variants.
pub fn keywords() -> impl Iterator<Item = (&'static str, NameUse)> {
    TABLE.iter().map(|(text, _, name_use)| (*text, *name_use))
}

impl Keyword {
    /// As written in a query.
    pub const fn text(self) -> &'static str {
        TABLE[self as usize].0
    }

    /// Where it may stand as a name.
    pub fn name_use(self) -> NameUse {
        TABLE[self as usize].2
    }

    /// The keyword spelled exactly so; Kusto's keywords are case-sensitive.
    pub fn from_text(word: &str) -> Option<Keyword> {
        lookup(word.as_bytes())
    }
}

/// Size of the hash table: a power of two, sparse enough that probes are short.
const SLOTS: usize = 1024;
const EMPTY: u8 = u8::MAX;
/// No keyword has more bytes.
pub(super) const LONGEST: usize = 24;

/// Hash of a word from its length and four of its bytes: enough to spread the keywords, and constant time.
const fn hash(word: &[u8]) -> usize {
    let n = word.len();
    let mix = (word[0] as usize)
        .wrapping_mul(31)
        .wrapping_add(word[n / 2] as usize)
        .wrapping_mul(37)
        .wrapping_add(word[n - 1] as usize)
        .wrapping_mul(41)
        .wrapping_add(word[n / 4 + (n > 2) as usize] as usize)
        .wrapping_mul(43)
        .wrapping_add(n);
    mix % SLOTS
}

/// Open addressing over [`TABLE`], filled at compile time.
static SLOT: [u8; SLOTS] = {
    assert!(TABLE.len() < EMPTY as usize);
    let mut slots = [EMPTY; SLOTS];
    let mut at = 0;
    while at < TABLE.len() {
        assert!(TABLE[at].0.len() <= LONGEST);
        let mut slot = hash(TABLE[at].0.as_bytes());
        while slots[slot] != EMPTY {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = at as u8;
        at += 1;
    }
    slots
};

/// The keyword of a word; constant time for names.
pub(super) fn lookup(word: &[u8]) -> Option<Keyword> {
    let first = *word.first()?;
    if first.is_ascii_uppercase() || word.len() > LONGEST {
        return None;
    }
    let mut slot = hash(word);
    loop {
        let at = SLOT[slot];
        if at == EMPTY {
            return None;
        }
        let (text, keyword, _) = TABLE[at as usize];
        if text.as_bytes() == word {
            return Some(keyword);
        }
        slot = (slot + 1) % SLOTS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_by_its_text_and_no_other_word() {
        for (text, keyword, _) in TABLE {
            assert_eq!(Keyword::from_text(text), Some(*keyword), "{text}");
            assert_eq!(keyword.text(), *text);
            assert_eq!(Keyword::from_text(&format!("{text}x")), None);
        }
        assert_eq!(Keyword::from_text("WHERE"), None);
        assert_eq!(Keyword::from_text(""), None);
    }
}
