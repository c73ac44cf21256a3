package io.tagma.engine;

import io.tagma.engine.condition.TextPattern;
import io.tagma.engine.condition.ValueParser;
import io.tagma.engine.measure.Calendar;
import io.tagma.engine.model.AttributeTable;
import io.tagma.engine.segment.LookupReader;
import io.tagma.engine.subject.Epochs;
import io.tagma.engine.subject.EventIds;
import io.tagma.engine.subject.FieldIds;

/**
 * What bounds the engine; a limit that a package below checks is defined there and listed here. Those that a log's
 * first command can set are only defaults here; the others are part of the code's version.
 */
public final class Limits {
    /** Subjects that may exist at once, unless the log's first command says otherwise. */
    public static final int SUBJECTS_MAX = 20_000_000;
    /** Segments. */
    public static final int SEGMENTS_MAX = 100_000;
    /** Change events kept. */
    public static final int CHANGES_MAX = 16_000_000;
    /** Bytes of all attributes, records, products, codes and names, unless the log's first command says otherwise. */
    public static final long BYTES_MAX = 64L << 30;
    /** Bytes that a byte of a command can take where it is stored: a text may be kept as sent and folded, and coded. */
    public static final int STORED_PER_COMMAND_BYTE = 4;
    /** Attributes. */
    public static final int ATTRIBUTES_MAX = AttributeTable.ATTRIBUTES_MAX;
    /** Cost of all patterns of a definition: instructions of their programs, within a factor of two. */
    public static final int PATTERN_COST_MAX = TextPattern.COST_MAX;
    /** Names of free properties and free attributes of products. */
    public static final int NAMES_MAX = FieldIds.FREE_MAX;
    /** Ids of events of 25 hours. */
    public static final int EVENT_IDS_MAX = EventIds.COUNT_MAX;
    /** Threads that look up. */
    public static final int READERS_MAX = Epochs.READERS_MAX;
    /** Websites. */
    public static final int WEBSITES_MAX = 1_024;
    /** Customer groups. */
    public static final int GROUPS_MAX = 10_000;
    /** Products and keys of products, before a product is new; keys that records name are bounded by bytes only. */
    public static final int PRODUCTS_MAX = 10_000_000;
    /** Distinct codes of enumerations and sets. */
    public static final int CODES_MAX = 10_000_000;
    /** Bytes of all codes, two a char. */
    public static final long CODE_BYTES_MAX = 1L << 30;
    /** Records of each of a subject's collections. */
    public static final int RECORDS_PER_SUBJECT_MAX = 8_192;
    /** Views of a subject, and events of one name: the newest. */
    public static final int RING_MAX = 200;
    /** After its last line a visitor lives on so long, milliseconds, unless the log's first command says otherwise. */
    public static final long VISITOR_TTL_MS = 30L * 24 * 60 * 60 * 1000;
    /** Bytes of a subject's key. */
    public static final int KEY_LENGTH_MAX = 64;
    /** Bytes of an order's id, a product's key, an event's id. */
    public static final int ID_LENGTH_MAX = 255;
    /** Bytes of a text. */
    public static final int TEXT_LENGTH_MAX = ValueParser.TEXT_LENGTH_MAX;
    /** Bytes of a command. */
    public static final int COMMAND_LENGTH_MAX = 65_536;
    /** Bytes of a subject's attributes, and of an encoded order. */
    public static final int STORED_LENGTH_MAX = 60_000;
    /** How far in the future a record may lie, milliseconds. */
    public static final long FUTURE_MAX_MS = 300_000;
    /** The last instant of a manual clock, epoch milliseconds, in the year 6429; the first is 0. */
    public static final long CLOCK_MAX_MS = Calendar.END - 1;
    /** Lanes remembered; the longest unused is forgotten first. */
    public static final int LANES_MAX = 65_536;
    /** Results remembered for each lane. */
    public static final int RESULTS_MAX = 1_024;
    /** Bytes of all remembered results; those of the longest unused lanes are forgotten first. */
    public static final long RESULT_BYTES_MAX = 256L << 20;
    /** Chars of the sentence in a result. */
    public static final int DETAIL_LENGTH_MAX = 512;
    /** Chars of the pointer in a result. */
    public static final int POINTER_LENGTH_MAX = 1_024;
    /** Work units of the flips in a slice. */
    public static final int FLIP_WORK_MAX = 20_000;
    /** Work units of the sweeps in a slice. */
    public static final int SWEEP_WORK_MAX = 20_000;
    /** Work units of the builds in a slice. */
    public static final int BUILD_WORK_MAX = 20_000;
    /** Work units of a question's step between two commands. */
    public static final int QUERY_WORK_MAX = 20_000;
    /** Shortest time between two slices while nothing is under way, milliseconds. */
    public static final long SLICE_DELAY_MIN_MS = 50;
    /** Longest time between two slices, milliseconds: also when idle, answers are right as of a second ago or less. */
    public static final long SLICE_DELAY_MAX_MS = 500;
    /** Keys that a reader of rows expects at once. */
    public static final int KEYS_EXPECTED_MAX = LookupReader.EXPECTED_MAX;
    /** Work units spent on when time alone will change an explained subject; flips found by then are told. */
    public static final int EXPLAIN_WORK_MAX = 50_000_000;
    /** Queries waiting for the engine's thread. */
    public static final int QUERIES_MAX = 1_024;

    static {
        if (Integer.bitCount(RESULTS_MAX) != 1) {
            throw new IllegalStateException("must be a power of two: RESULTS_MAX=" + RESULTS_MAX);
        }
        if (CLOCK_MAX_MS < 0 || CLOCK_MAX_MS + FUTURE_MAX_MS < CLOCK_MAX_MS || CLOCK_MAX_MS >= Calendar.END) {
            throw new IllegalStateException("must be on the calendar: CLOCK_MAX_MS=" + CLOCK_MAX_MS);
        }
        if (RESULT_BYTES_MAX < 8L * RESULTS_MAX * (DETAIL_LENGTH_MAX + POINTER_LENGTH_MAX)) {
            throw new IllegalStateException("must hold a few lanes' results: RESULT_BYTES_MAX=" + RESULT_BYTES_MAX);
        }
        if (STORED_LENGTH_MAX >= COMMAND_LENGTH_MAX) {
            throw new IllegalStateException("must be below COMMAND_LENGTH_MAX: STORED_LENGTH_MAX="
                + STORED_LENGTH_MAX);
        }
    }

    private Limits() {
    }
}
