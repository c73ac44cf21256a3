package io.tagma.server.net;

import io.tagma.engine.log.CommandLog;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandDecoder;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.PutDefinitionEncoder;
import java.nio.ByteOrder;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;

/**
 * Commands into the log: wraps each in a LogEntry, normalising its texts where they are not pure ASCII. One per event
 * loop.
 */
final class LogProxy {
    private static final int BLOB_HEADER_LENGTH = Integer.BYTES;
    private static final int NO_COMMAND = 0;
    private static final int COMMAND_AT =
        MessageHeaderEncoder.ENCODED_LENGTH + LogEntryEncoder.BLOCK_LENGTH + BLOB_HEADER_LENGTH;

    private final CommandLog log;
    private final UnaryOperator<Command> normaliser;
    private final ExpandableDirectByteBuffer entry = new ExpandableDirectByteBuffer(4096);
    private final ExpandableDirectByteBuffer definition = new ExpandableDirectByteBuffer(4096);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final LogEntryEncoder logEntry = new LogEntryEncoder();
    private final PutDefinitionEncoder putDefinition = new PutDefinitionEncoder();
    private final CommandDecoder decoder = new CommandDecoder();
    private final CommandEncoder encoder = new CommandEncoder();

    LogProxy(final CommandLog log, final UnaryOperator<Command> normaliser) {
        this.log = log;
        this.normaliser = normaliser;
    }

    /** Offers a command that has been checked; answers as {@link CommandLog#offer} does. */
    long offer(final long clientId, final long sequence, final DirectBuffer command, final int offset,
               final int length, final boolean hasForeignText) {
        final int commandLength;
        if (hasForeignText) {
            try {
                commandLength = encoder.encode(normaliser.apply(decoder.decode(command, offset)), entry, COMMAND_AT);
            } catch (final IllegalArgumentException foldedTooLong) {
                // One character may fold to eighteen: the folded form no longer fits a text.
                return CommandLog.TOO_LARGE;
            }
        } else {
            entry.putBytes(COMMAND_AT, command, offset, length);
            commandLength = length;
        }
        return offerEntry(clientId, sequence, commandLength);
    }

    /**
     * Offers what stands in the log for a command that was refused at the edge: a header without a command, which the
     * engine refuses, consuming the sequence. So the lane's later commands meet no gap.
     */
    long offerRefused(final long clientId, final long sequence) {
        return offerNothing(clientId, sequence);
    }

    /**
     * Offers an entry that changes nothing and is told all the same: a header without a command, in a lane that nobody
     * opens. When its result comes, everything that was in the log before it has been applied.
     */
    long offerBarrier(final long clientId, final long barrier) {
        return offerNothing(clientId, barrier);
    }

    private long offerNothing(final long clientId, final long sequence) {
        header.wrap(entry, COMMAND_AT).blockLength(0).templateId(NO_COMMAND)
            .schemaId(MessageHeaderEncoder.SCHEMA_ID).version(MessageHeaderEncoder.SCHEMA_VERSION);
        return offerEntry(clientId, sequence, MessageHeaderEncoder.ENCODED_LENGTH);
    }

    /** Offers the command that opens a lane; its result has sequence 0. */
    long offerLaneOpen(final long clientId) {
        return offerEntry(clientId, 0, encoder.encode(new Command.LaneOpen(clientId), entry, COMMAND_AT));
    }

    /** Makes a PutDefinition out of a segment's key and JSON; {@link #definition()} holds it. Returns its length. */
    int encodeSegment(final DirectBuffer buffer, final int keyOffset, final int keyLength, final int jsonOffset,
                      final int jsonLength) {
        putDefinition.wrapAndApplyHeader(definition, 0, header).kind(DefinitionKind.SEGMENT).expectedVersion(-1)
            .force(Flag.NO);
        putDefinition.putKey(buffer, keyOffset, keyLength);
        putDefinition.putDefinition(buffer, jsonOffset, jsonLength);
        return putDefinition.limit();
    }

    DirectBuffer definition() {
        return definition;
    }

    private long offerEntry(final long clientId, final long sequence, final int commandLength) {
        logEntry.wrapAndApplyHeader(entry, 0, header).clientId(clientId).sequence(sequence);
        entry.putInt(COMMAND_AT - BLOB_HEADER_LENGTH, commandLength, ByteOrder.LITTLE_ENDIAN);
        final int length = COMMAND_AT + commandLength;
        if (length > log.entryLengthMax()) {
            return CommandLog.TOO_LARGE;
        }
        return log.offer(entry, 0, length);
    }
}
