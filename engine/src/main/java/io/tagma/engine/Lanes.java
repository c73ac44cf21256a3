package io.tagma.engine;

import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The lanes of commands: each has a last sequence and remembers its newest results, so that a repeat is answered as the
 * first time and a gap is refused. The lane unused for longest, in log order, is forgotten first; so are the results of
 * such lanes where all remembered results together grow too large.
 *
 * <p>Sentences are not part of the state: they may quote libraries, whose wording differs between versions. A node
 * keeps them in memory; after a restore a repeat is answered with the code, the pointer and a sentence of its own.
 */
final class Lanes {
    private static final int RESULTS_MASK = Limits.RESULTS_MAX - 1;

    /** A lane's array, and one result without its texts. */
    private static final long RESULTS_BYTES = 16 + 4L * Limits.RESULTS_MAX;
    private static final long RESULT_BYTES = 56;

    private final LinkedHashMap<Long, Lane> lanes = new LinkedHashMap<>(16, 0.75f, true);
    private final long bytesMax;
    private long bytes;
    /** The lane that was used last, which is the newest in the map's order already; null where none was. */
    private Lane used;
    private long usedId;

    Lanes() {
        this(Limits.RESULT_BYTES_MAX);
    }

    /** Remembers results of so many bytes at most. */
    Lanes(final long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** One lane. Results are stored from the first that is worth it. */
    static final class Lane {
        private long lastSequence;
        private long forgottenUpTo;
        private CommandResult[] results;

        long lastSequence() {
            return lastSequence;
        }

        /** The remembered result of an applied sequence. */
        CommandResult result(final long sequence) {
            if (sequence <= Math.max(forgottenUpTo, lastSequence - Limits.RESULTS_MAX)) {
                return CommandResult.refused(ResultCode.RESULT_FORGOTTEN, "",
                    "answered before, the result is forgotten: sequence=" + sequence + ", last=" + lastSequence);
            }
            final CommandResult result = results == null ? null : results[(int)sequence & RESULTS_MASK];
            return result == null ? CommandResult.OK : result;
        }

        /** By how many bytes it grows. */
        private long applied(final long sequence, final CommandResult result) {
            lastSequence = sequence;
            if (results == null && result == CommandResult.OK) {
                return 0;
            }
            long grown = 0;
            if (results == null) {
                results = new CommandResult[Limits.RESULTS_MAX];
                grown = RESULTS_BYTES;
            }
            final int at = (int)sequence & RESULTS_MASK;
            grown -= bytes(results[at]);
            results[at] = result == CommandResult.OK ? null : result;
            return grown + bytes(results[at]);
        }

        private long bytes() {
            long sum = results == null ? 0 : RESULTS_BYTES;
            for (int i = 0; results != null && i < results.length; i++) {
                sum += bytes(results[i]);
            }
            return sum;
        }

        /** A sentence counts as the longest: it differs from node to node, and what is forgotten must not. */
        private static long bytes(final CommandResult result) {
            return result == null ? 0 : RESULT_BYTES + 2L * (result.pointer().length()
                + (result.isOk() ? 0 : Limits.DETAIL_LENGTH_MAX));
        }
    }

    /** Remembers the result of a lane's next command. */
    void applied(final Lane lane, final long sequence, final CommandResult result) {
        bytes += lane.applied(sequence, result);
        if (bytes > bytesMax) {
            forgetResults(lane);
        }
    }

    /** Down to seven eighths, so that not every command pays for the search. */
    private void forgetResults(final Lane present) {
        for (final Lane lane : lanes.values()) {
            if (bytes <= bytesMax - (bytesMax >> 3)) {
                return;
            }
            if (lane != present && lane.results != null) {
                bytes -= lane.bytes();
                lane.results = null;
                lane.forgottenUpTo = lane.lastSequence;
            }
        }
    }

    /** Bytes of all remembered results. */
    long bytes() {
        return bytes;
    }

    /** Opens a lane or finds it as it was. */
    Lane open(final long clientId) {
        Lane lane = lanes.get(clientId);
        if (lane == null) {
            if (lanes.size() >= Limits.LANES_MAX) {
                final Iterator<Map.Entry<Long, Lane>> oldest = lanes.entrySet().iterator();
                bytes -= oldest.next().getValue().bytes();
                oldest.remove();
            }
            lane = new Lane();
            lanes.put(clientId, lane);
        }
        used = lane;
        usedId = clientId;
        return lane;
    }

    /** The lane, or null. */
    Lane get(final long clientId) {
        if (used == null || usedId != clientId) {
            used = lanes.get(clientId);
            usedId = clientId;
        }
        return used;
    }

    /** From the longest unused to the newest. */
    void write(final StateWriter writer) {
        writer.putInt(lanes.size());
        for (final Map.Entry<Long, Lane> entry : lanes.entrySet()) {
            final Lane lane = entry.getValue();
            writer.putLong(entry.getKey());
            writer.putLong(lane.lastSequence);
            writer.putLong(lane.forgottenUpTo);
            int remembered = 0;
            for (int i = 0; lane.results != null && i < lane.results.length; i++) {
                remembered += lane.results[i] == null ? 0 : 1;
            }
            writer.putInt(remembered);
            for (int i = 0; lane.results != null && i < lane.results.length; i++) {
                if (lane.results[i] != null) {
                    writer.putInt(i);
                    write(lane.results[i], writer);
                }
            }
        }
    }

    private static void write(final CommandResult result, final StateWriter writer) {
        writer.putInt(result.code().value());
        writer.putLong(result.value());
        writer.putLong(result.job());
        writer.putInt(result.definitionVersion());
        writer.putText(result.pointer());
    }

    /** Reads into an empty table. */
    void read(final StateReader reader) {
        final int count = reader.getInt();
        for (int i = 0; i < count; i++) {
            final Lane lane = open(reader.getLong());
            lane.lastSequence = reader.getLong();
            lane.forgottenUpTo = reader.getLong();
            final int remembered = reader.getInt();
            if (remembered > 0) {
                lane.results = new CommandResult[Limits.RESULTS_MAX];
            }
            for (int r = 0; r < remembered; r++) {
                final int at = reader.getInt();
                final ResultCode code = ResultCode.get(reader.getInt());
                lane.results[at] = new CommandResult(code, reader.getLong(), reader.getLong(), reader.getInt(),
                    reader.getText(), code == ResultCode.OK ? "" : "refused before the node restarted; the same "
                    + "command under a new sequence is told why: code=" + code);
            }
            bytes += lane.bytes();
        }
    }
}
