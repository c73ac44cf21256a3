package io.tagma.engine.subject;

import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Object2IntHashMap;

/** Texts with dense codes in order of first appearance; part of the state. Owned by the engine's thread. */
public final class Dictionary {
    /** No code. */
    public static final int MISSING = -1;

    private final Object2IntHashMap<String> codes = new Object2IntHashMap<>(MISSING);
    private final List<String> texts = new ArrayList<>();
    private long bytes;

    /** The text's code, or {@link #MISSING}. */
    public int code(final String text) {
        return codes.getValue(text);
    }

    /** The text's code, given now where it has none. */
    public int intern(final String text) {
        final int known = codes.getValue(text);
        if (known != MISSING) {
            return known;
        }
        codes.put(text, texts.size());
        texts.add(text);
        bytes += length(text);
        return texts.size() - 1;
    }

    /** Forgets the newest codes: of a command that was refused, so that nothing refers to them. */
    public void truncate(final int size) {
        while (texts.size() > size) {
            final String newest = texts.remove(texts.size() - 1);
            codes.removeKey(newest);
            bytes -= length(newest);
        }
    }

    /** What a text counts for: two bytes a char, as on the heap at most. */
    private static long length(final String text) {
        return 2L * text.length();
    }

    /** The text of a code. */
    public String text(final int code) {
        return texts.get(code);
    }

    /** Number of codes given. */
    public int size() {
        return texts.size();
    }

    /** Bytes of all texts. */
    public long bytes() {
        return bytes;
    }

    /** Writes all texts in order. */
    public void write(final StateWriter writer) {
        writer.putInt(texts.size());
        texts.forEach(writer::putText);
    }

    /** Reads into an empty dictionary. */
    public void read(final StateReader reader) {
        final int count = reader.getInt();
        for (int i = 0; i < count; i++) {
            intern(reader.getText());
        }
    }
}
