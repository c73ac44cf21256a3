package io.tagma.engine;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import java.util.List;
import java.util.Map;

/**
 * The engine's state as a query sees it: consistent, between two commands, on the engine's thread only. Nothing here
 * changes state.
 */
public interface EngineView {
    /** Engine time, epoch milliseconds. */
    long now();

    /** The instant all memberships are right for: {@link #now()} unless flips are overdue. */
    long asOf();

    /** Log position of the last applied message. */
    long position();

    /** Whether the log's first command has been applied. */
    boolean isBegun();

    /** The rules that hold: see {@link ApplicationVersion}. */
    int applicationVersion();

    /** The newest rules that this node can go by. */
    int applicationVersionKnown();

    /** Whether the clock moves by command only. */
    boolean isManualClock();

    /** All declared attributes in order of declaration, without the built-in group and website. */
    List<Attribute> attributes();

    /** All websites by id. */
    List<Website> websites();

    /** All groups by id. */
    List<CustomerGroup> groups();

    /** Number of customers in the group. */
    long groupCount(int group);

    /** Keys of the group's customers. */
    MembersExport groupMembers(int group);

    /** The product, or null where it is unknown or deleted; categories and attributes as its fields. */
    List<NamedValue> product(String key);

    /** All segments by id. */
    List<SegmentStatus> segments();

    /** The segment, or null. */
    SegmentStatus segment(String key);

    /** Members of a segment as of now: an immutable copy to be read in slices. Null where there is no such segment. */
    MembersExport members(String segment);

    /** The members in the portable Roaring format over ordinals, or null. */
    byte[] membersRoaring(String segment);

    /** Every subject's key with its ordinal. */
    MembersExport subjects();

    /** Jobs under way, oldest first. */
    List<JobStatus> jobs();

    /** Whether the job has ended (or never was). */
    boolean isJobDone(long job);

    /** Everything held about a subject, or null. */
    SubjectExport subject(String key);

    /**
     * A look-up with names, for people.
     *
     * @param website  null: home
     * @param readAtMs instant of the reading, as {@link io.tagma.engine.segment.LookupReader#begin(long)} takes it
     */
    SubjectSegments segmentsOf(String key, String website, long readAtMs);

    /** Everything held about a subject now, told in steps; null where it is unknown. */
    Query<SubjectExport> subjectInSteps(String key);

    /** What is held about a subject now but its records; null where it is unknown. */
    SubjectExport profile(String key);

    /** Starts gathering all customers by home website and e-mail; null while the e-mail is declared as no text. */
    Query<CustomersByEmail> customersByEmail();

    /** Why a subject is or is not in a segment. Null where the subject or segment is unknown. */
    Explanation explain(String key, String segment);

    /** The same as of now, found out in steps. Null where the subject or segment is unknown. */
    Query<Explanation> explainInSteps(String key, String segment);

    /** The same as below, compared with nothing. */
    default Query<Preview> preview(final String definitionJson, final int sampleMax) throws Refusal {
        return preview(definitionJson, null, sampleMax);
    }

    /**
     * Starts counting an unsaved definition over all subjects; ask the returned query until it answers.
     *
     * @param definitionJson {@code {condition, applyTo, websites, eventScope, purpose, confirmAll}}
     * @param segment        whose definition it would be, and whose members now are told apart as staying and leaving;
     *                       null for none. Refusal names an unknown one, or a reference that it could not have
     */
    Query<Preview> preview(String definitionJson, String segment, int sampleMax) throws Refusal;

    /** Pairwise overlap of different segments; Refusal names one that is unknown or named twice. */
    Overlap overlap(List<String> segments) throws Refusal;

    /** The same as of now, counted in steps. */
    Query<Overlap> overlapInSteps(List<String> segments) throws Refusal;

    /** Number of the oldest change event kept. */
    long changesFloor();

    /** Number that the next change event will have. */
    long changesNext();

    /** Events from that number on, at most so many. {@code fromSeq} must be between floor and next. */
    List<Change> changes(long fromSeq, int max);

    /** Sizes and counters for people: name to value, in a fixed order. */
    Map<String, Object> info();

    /** A segment with its state. */
    record SegmentStatus(int id, SegmentDefinition definition, int version, boolean isReady, double builtFraction,
                         long count) {
    }

    /** Work under way; job 0 where nobody asked for it, as for a segment that is built with one it refers to. */
    record JobStatus(long job, String kind, String subjectOfWork, double fraction) {
    }

    /** Keys in ordinal order, read in slices. A subject that was erased since is left out. */
    interface MembersExport {
        /** Size of the copy. */
        long count();

        /** Hands at most so many further members over; false when all are done. */
        boolean next(int max, MemberConsumer consumer);
    }

    /** Takes a member. */
    interface MemberConsumer {
        /** A member's ordinal and key. */
        void accept(int ordinal, String key);
    }

    /**
     * Customers by home website and e-mail. What it finds holds at the moment of the question; a customer who got an
     * e-mail or a website while it was gathered, or since, is found only if it was added then. Engine's thread.
     */
    interface CustomersByEmail {
        /** Takes into account what the subject is now; a key that is unknown is passed over. */
        void add(String key);

        /** Keys of the customers at home in the website who have the e-mail, which is folded. */
        List<String> find(String website, String foldedEmail);

        /** Pairs of customer and e-mail that were entered. */
        long size();
    }

    /**
     * Everything held about a subject at a log position.
     *
     * @param consents purposes that were granted (true) or refused
     * @param aliases  keys of visitors who turned out to be this customer
     */
    record SubjectExport(String key, SubjectKind kind, String website, int group, List<NamedValue> attributes,
                         Map<String, Boolean> consents, List<String> aliases, List<EntryExport> entries,
                         long position) {
        /** The entries of one source. */
        public List<EntryExport> entries(final Source source) {
            return entries.stream().filter(entry -> entry.source() == source).toList();
        }

        /** The orders. */
        public List<EntryExport> orders() {
            return entries(Source.ORDER);
        }
    }

    /**
     * A record as it is held, with its lines.
     *
     * @param id of an order; a cart's website; a wish's product; an event's name; else empty
     */
    record EntryExport(Source source, String id, long t, List<NamedValue> fields, List<LineExport> lines) {
    }

    /** A line of an order or a cart as it is held. */
    record LineExport(long t, List<NamedValue> fields) {
    }

    /**
     * A look-up for people.
     *
     * @param isStale time should have changed the row more than a second ago
     */
    record SubjectSegments(String key, boolean isKnown, SubjectKind kind, int group, List<SegmentName> segments,
                           long varyHash, int epoch, long asOf, boolean isStale) {
    }

    /** A segment's two names. */
    record SegmentName(int id, String key) {
    }

    /**
     * Why. {@code nextFlip} is null where time alone changes nothing, or nothing that was found within limits.
     *
     * @param sentence why and until when, as a merchandiser reads it; instants in the home website's zone
     * @param universe null where the subject is in the segment's universe, else the reason
     * @param parts    what the universe asks for: status, and where the segment says so validity, kind, home website,
     *                 purpose
     * @param zone     the zone of the sentences
     */
    record Explanation(String key, String segment, int version, boolean isMember, String sentence, String universe,
                       List<Node> parts, Node tree, Long nextFlip, String zone, long asOf, long position) {
    }

    /**
     * A node of an explained condition.
     *
     * @param what      all, any, none, notAll, atLeast with its number, or what a leaf asks in words
     * @param condition what a leaf of the condition asks, in canonical JSON; null for other nodes
     * @param actual    a leaf's actual value, null for a missing one; how many of its children are true for inner nodes
     * @param nextFlip  epoch milliseconds of the node's next change by time alone; null where none is known
     * @param sentence  what was found and until when, as a merchandiser reads it
     */
    record Node(String what, String condition, boolean verdict, String actual, Long nextFlip, String sentence,
                List<Node> children) {
    }

    /**
     * An unsaved definition's members, and who would enter and leave if the segment compared with had it.
     *
     * @param entering null, like {@code leaving}, where it was compared with nothing
     * @param staying  0 where it was compared with nothing
     */
    record Preview(long count, List<String> sample, Sampled entering, Sampled leaving, long staying, long position) {
    }

    /** A number of subjects, and some of their keys. */
    record Sampled(long count, List<String> sample) {
    }

    /** Overlap of segments at a log position, in the order asked. */
    record Overlap(List<String> segments, List<Long> counts, List<Pair> pairs, long union, long intersection,
                   long position) {
    }

    /** Two segments. */
    record Pair(String a, String b, long intersection, long union, double jaccard) {
    }

    /**
     * A change of membership.
     *
     * @param segment null for a change of group; also the key of a segment that was deleted since; empty where so many
     *                were deleted since that its key is forgotten
     * @param group   -1 for a change of segment
     */
    record Change(long seq, String subject, String segment, int segmentId, int group, boolean isEnter,
                  long effectiveAt, long processedAt, Cause cause, int definitionVersion) {
    }
}
