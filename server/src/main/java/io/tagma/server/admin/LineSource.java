package io.tagma.server.admin;

import io.tagma.engine.protocol.Command;

/**
 * Cuts the bytes of a stream into lines, and reads what each asks for. One stream's; its event loop. After
 * {@link #next} or {@link #last} has returned true, a line stands until the next call. May throw a {@link Problem}
 * where the whole stream is refused, as long as it has given no draft.
 */
interface LineSource {
    /** Gives the next piece, after {@link #next} has returned false; it may be reused when that does so again. */
    void feed(byte[] piece, int length);

    /** Whether there was a whole line; otherwise more is needed. */
    boolean next();

    /** Whether there was a line at the stream's end; to be asked again until there is none. */
    boolean last();

    /** Lines so far: also blank ones. */
    long lines();

    /** Number of the line that stands, from 1. */
    long number();

    /** Its length in bytes. */
    int length();

    /** What it asks for; null where for nothing. */
    Draft draft() throws LineFault;

    /** The pointer into a line for a field of its command that the engine named. */
    String pointer(Command command, String field);
}
