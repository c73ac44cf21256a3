package io.tagma.engine;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.tagma.engine.condition.RuleVersions;
import io.tagma.engine.log.StateMachine.SnapshotSink;
import io.tagma.engine.log.StateMachine.SnapshotSource;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import io.tagma.engine.segment.SubjectsSnapshot;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** The order in which the whole logical state is written: to a snapshot, or into the state hash. */
final class EngineSnapshot {
    private EngineSnapshot() {
    }

    static void write(final EngineState state, final SnapshotSink sink) {
        final SnapshotWriter writer = new SnapshotWriter(sink, format(state), state.logPosition(),
            state.subjects().now(), RuleVersions.current());
        write(state, writer);
        writer.end();
    }

    /** What the first application version cannot say is not written under it: nodes from before read it still. */
    private static int format(final EngineState state) {
        return state.applicationVersion() == ApplicationVersion.FIRST ? SnapshotWriter.FORMAT_FIRST
            : SnapshotWriter.FORMAT_VERSIONED;
    }

    static long hash(final EngineState state) {
        final Hasher hasher = new Hasher();
        write(state, hasher);
        return hasher.hash();
    }

    /** Reads into an empty state; returns the versions of the node that wrote the snapshot. */
    static RuleVersions read(final EngineState state, final SnapshotSource source) {
        final SnapshotReader reader = new SnapshotReader(source);
        if (reader.format() != SnapshotWriter.FORMAT_FIRST) {
            state.restoreApplicationVersion(reader.getInt());
        }
        read(state, reader);
        reader.expectEnd();
        final long restored = hash(state);
        if (restored != reader.stateHash()) {
            throw new IllegalStateException("the state restored is not the state written: stateHash="
                + Long.toHexString(reader.stateHash()) + ", restored=" + Long.toHexString(restored) + ", position="
                + reader.position());
        }
        state.restorePosition(reader.position());
        state.segments().publishRestored();
        return reader.versions();
    }

    private static void write(final EngineState state, final StateWriter writer) {
        if (format(state) != SnapshotWriter.FORMAT_FIRST) {
            writer.putInt(state.applicationVersion());
        }
        writer.putBoolean(state.isBegun());
        writer.putBoolean(state.isManualClock());
        writer.putLong(state.subjects().now());
        writer.putInt(state.subjectsMax());
        writer.putInt(state.segmentsMax());
        writer.putInt(state.changesMax());
        writer.putLong(state.bytesMax());
        writer.putLong(state.nextJob());
        writer.putInt(state.clockJobs().size());
        for (final EngineState.ClockJob job : state.clockJobs()) {
            writer.putLong(job.job());
            writer.putLong(job.target());
        }
        writeDefinitions(state, writer);
        state.subjects().setCodes().write(writer);
        state.subjects().freeNames().write(writer);
        state.subjects().purposes().write(writer);
        state.subjects().products().write(writer);
        state.lanes().write(writer);
        state.eventIds().write(writer);
        state.segments().write(writer);
        state.sweeps().write(writer);
        new SubjectsSnapshot(state.subjects()).write(writer);
        state.changes().write(writer);
    }

    private static void read(final EngineState state, final StateReader reader) {
        final boolean isBegun = reader.getBoolean();
        final boolean isManualClock = reader.getBoolean();
        final long now = reader.getLong();
        state.limits(reader.getInt(), reader.getInt(), reader.getInt(), reader.getLong());
        state.restoreBeginning(isBegun, isManualClock, now, reader.getLong());
        final int clockJobs = reader.getInt();
        for (int i = 0; i < clockJobs; i++) {
            state.clockJobs().add(new EngineState.ClockJob(reader.getLong(), reader.getLong()));
        }
        readDefinitions(state, reader);
        state.subjects().setCodes().read(reader);
        state.subjects().freeNames().read(reader);
        state.subjects().purposes().read(reader);
        state.subjects().products().read(reader);
        state.lanes().read(reader);
        state.eventIds().read(reader);
        state.segments().read(reader, state.definitions()::restored);
        state.sweeps().read(reader);
        new SubjectsSnapshot(state.subjects()).read(reader);
        state.changes().read(reader);
    }

    private static void writeDefinitions(final EngineState state, final StateWriter writer) {
        final List<Attribute> attributes = state.attributes().all();
        writer.putInt(attributes.size());
        for (final Attribute attribute : attributes) {
            writer.putInt(attribute.id());
            writer.putText(attribute.key());
            writer.putByte(attribute.type().code());
            writer.putBoolean(attribute.pii());
            writer.putBoolean(attribute.sensitive());
            writer.putBoolean(attribute.visitorAllowed());
            writer.putInt(state.attributes().version(attribute.id()));
        }
        final List<CustomerGroup> groups = state.groups().all();
        writer.putInt(groups.size());
        for (final CustomerGroup group : groups) {
            writer.putInt(group.id());
            writer.putText(group.code());
            writer.putInt(group.taxClassId());
            writer.putInt(group.excludedWebsites().size());
            group.excludedWebsites().forEach(writer::putText);
            writer.putBoolean(group.system());
            writer.putInt(group.version());
        }
        final List<Website> websites = state.websites().all();
        writer.putInt(websites.size());
        for (final Website website : websites) {
            writer.putInt(website.id());
            writer.putText(website.code());
            writer.putText(website.zone().getId());
            writer.putText(website.currency());
            writer.putInt(website.defaultGroupId());
            writer.putInt(website.version());
        }
    }

    private static void readDefinitions(final EngineState state, final StateReader reader) {
        final List<Attribute> attributes = new ArrayList<>();
        final List<Integer> versions = new ArrayList<>();
        for (int i = reader.getInt(); i > 0; i--) {
            attributes.add(new Attribute(reader.getInt(), reader.getText(), ValueType.ofCode(reader.getByte()),
                reader.getBoolean(), reader.getBoolean(), reader.getBoolean()));
            versions.add(reader.getInt());
        }
        state.attributes().restore(attributes, versions);
        final List<CustomerGroup> groups = new ArrayList<>();
        for (int i = reader.getInt(); i > 0; i--) {
            final int id = reader.getInt();
            final String code = reader.getText();
            final int taxClassId = reader.getInt();
            final List<String> excluded = new ArrayList<>();
            for (int w = reader.getInt(); w > 0; w--) {
                excluded.add(reader.getText());
            }
            groups.add(new CustomerGroup(id, code, taxClassId, excluded, reader.getBoolean(), reader.getInt()));
        }
        state.groups().restore(groups);
        final List<Website> websites = new ArrayList<>();
        for (int i = reader.getInt(); i > 0; i--) {
            websites.add(new Website(reader.getInt(), reader.getText(), ZoneId.of(reader.getText()),
                reader.getText(), reader.getInt(), reader.getInt()));
        }
        state.websites().restore(websites);
    }

    /** Hashes what would be written; in pieces, which makes no difference to the hash. */
    private static final class Hasher extends StateWriter {
        private static final int LENGTH = 32 * 1024;

        private final HashStream64 stream = Hashing.xxh3_64().hashStream();
        private final byte[] bytes = new byte[LENGTH];
        private int used;

        @Override
        public void putBytes(final DirectBuffer source, final int offset, final int length) {
            int done = 0;
            while (done < length) {
                if (used == LENGTH) {
                    flush();
                }
                final int part = Math.min(length - done, LENGTH - used);
                source.getBytes(offset + done, bytes, used, part);
                used += part;
                done += part;
            }
        }

        private void flush() {
            stream.putBytes(bytes, 0, used);
            used = 0;
        }

        long hash() {
            flush();
            return stream.getAsLong();
        }
    }
}
