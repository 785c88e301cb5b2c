"""The allow-lists: every word and operator that SQL may contain on its way to the database.

Nothing here reads or writes anything but its arguments: no files, no network, no catalogs, no
settings, no other session, no SQL built from text. Adding a word is a security decision.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


AGGREGATES = _words("""
    any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every
    json_agg json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont percentile_disc
    range_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
    stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance grouping
""")

WINDOW_FUNCTIONS = _words("""
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
""")

MATHS = _words("""
    abs acos acosd asin asind atan atan2 atan2d atand cbrt ceil ceiling cos cosd cosh cot cotd degrees div
    erf erfc exp floor gcd greatest lcm least ln log log10 min_scale mod nullif pi pow power
    radians random round scale sign sin sind sinh sqrt tan tand tanh trim_scale trunc width_bucket
""")

TEXT_FUNCTIONS = _words("""
    ascii bit_length btrim casefold char_length character_length chr coalesce concat concat_ws format initcap
    left length lower lpad ltrim md5 normalize octet_length overlay position quote_ident quote_literal
    quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace
    regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim
    split_part starts_with string_to_array string_to_table strpos substr substring to_char
    to_number translate trim upper
""")

DATE_FUNCTIONS = _words("""
    age clock_timestamp date_add date_bin date_part date_subtract date_trunc extract isfinite justify_days
    justify_hours justify_interval make_date make_interval make_time make_timestamp make_timestamptz now
    statement_timestamp timezone to_date to_timestamp transaction_timestamp
""")

STRUCTURE_FUNCTIONS = _words("""
    array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions array_prepend
    array_remove array_replace array_reverse array_sort array_to_string array_upper cardinality
    generate_series generate_subscripts unnest row num_nonnulls num_nulls
    array_to_json json_array_elements json_array_elements_text json_array_length json_build_array
    json_build_object json_each json_each_text json_extract_path json_extract_path_text json_object
    json_object_keys json_strip_nulls json_typeof jsonb_array_elements jsonb_array_elements_text
    jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path
    jsonb_extract_path_text jsonb_object jsonb_object_keys jsonb_path_exists jsonb_path_match
    jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls
    jsonb_typeof row_to_json to_json to_jsonb json_to_recordset jsonb_to_recordset json_to_record jsonb_to_record
    daterange int4range int8range isempty lower_inc numrange tsrange tstzrange upper_inc
    plainto_tsquery phraseto_tsquery to_tsquery to_tsvector ts_headline ts_rank ts_rank_cd websearch_to_tsquery
    gen_random_uuid
""")

FUNCTIONS = AGGREGATES | WINDOW_FUNCTIONS | MATHS | TEXT_FUNCTIONS | DATE_FUNCTIONS | STRUCTURE_FUNCTIONS
"""Functions that may be called, as PostgreSQL names them."""

KEYWORDS = _words("""
    all and any array as asc at between both bernoulli by case cast collate cross cube current
    current_date current_time current_timestamp desc distinct else end escape except exclude exists
    false fetch filter first following for from full group grouping groups having ilike in inner
    intersect interval is isnull join last lateral leading left like limit localtime localtimestamp
    materialized natural next no not notnull null nulls offset on only or order ordinality others outer over
    overlaps partition placing preceding range recursive repeatable right rollup row rows select sets similar
    some symmetric system tablesample then ties time to trailing true unbounded union unknown using
    values variadic when where window with within zone
""")
"""Words of a query. None of them begins a clause that writes, locks, stores or runs something."""

UNITS = _words("""
    microsecond microseconds millisecond milliseconds second minute hour day week month quarter year
    decade century millennium dow doy isodow isoyear epoch julian timezone timezone_hour timezone_minute
    seconds minutes hours days weeks months years
""")

TYPES = _words("""
    bigint bool boolean bpchar char character date decimal double float int integer interval json jsonb money
    numeric precision real smallint text time timestamp timestamptz timetz uuid varchar varying
    inet cidr daterange int4range int8range numrange tsrange tstzrange without
""")
"""Types that may be named. None of them looks a name up in the catalogs, as regclass and its kin do."""

BEFORE_BRACKET = KEYWORDS - _words("""
    current_date asc desc end false true null bernoulli current
    first last next no others preceding following ties unbounded recursive symmetric unknown zone
    leading trailing ordinality isnull notnull
""") | _words("bernoulli system repeatable char varchar decimal numeric float time timestamp timestamptz interval bit")
"""Words after which a bracket is no function call."""

OPERATORS = _words("""
    + - * / % ^ = <> != < > <= >= || ~ ~* !~ !~* -> ->> #> #>> #- @> <@ && -|- ? ?| ?& @@ @? & | # << >> : =>
""")

SYSTEM_COLUMNS = _words("cmax cmin ctid tableoid xmax xmin")
"""Every table has them; they tell about the database's insides."""

SESSION_WORDS = _words("""
    current_catalog current_role current_schema current_user session_user system_user user
""")
"""Bare words that look like columns and tell who is connected to what."""

RESERVED = _words("""
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
    case cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
    freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
    interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg
    json_query json_scalar json_serialize json_table json_value lateral leading least left like limit
    localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif
    numeric offset on only or order out outer overlaps overlay placing position precision primary real
    references returning right row select session_user setof similar smallint some substring symmetric
    system_user table tablesample then time timestamp to trailing treat trim true union unique user using
    values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists
    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
""")
"""PostgreSQL's key words that as a bare name mean something else somewhere (all but its unreserved ones)."""
