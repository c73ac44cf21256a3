package io.tagma.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a handler answers. Immutable, but for the state of a stream's source. */
sealed interface Answer {
    /** HTTP status. */
    int status();

    /** Null where there is no content. */
    String contentType();

    /** Further header fields. */
    Map<String, String> headers();

    /** An answer that is there as a whole. */
    record Whole(int status, String contentType, byte[] body, Map<String, String> headers) implements Answer {
    }

    /** An answer that is read slice by slice. */
    record Streamed(int status, String contentType, Slices slices, Map<String, String> headers) implements Answer {
    }

    /** An answer that goes with the stream of the request: the request's reader writes it. */
    record Duplex(BodyReader reader) implements Answer {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public String contentType() {
            return Json.NDJSON;
        }

        @Override
        public Map<String, String> headers() {
            return Map.of();
        }
    }

    /** Where a streamed answer comes from. Called on the connection's event loop, never twice at a time. */
    interface Slices {
        /** The next slice, maybe empty; null at the end. */
        CompletableFuture<byte[]> next();

        /** The last call: the answer is done, or the peer has gone. */
        void close();

        /** Whether the answer goes on until the peer goes. */
        default boolean isEndless() {
            return false;
        }
    }

    /** Reads a request's body as it arrives. Called on the connection's event loop. */
    interface BodyReader {
        /** The connection to answer to; the first call. */
        void open(HttpConnection connection);

        /** The piece that was asked for. */
        void onBody(byte[] piece);

        /** The body is complete. */
        void onBodyEnd();

        /** The peer has gone, or stalled: no call follows. */
        void onGone();

        /** The peer takes bytes again. */
        void onWritable();
    }

    static Whole json(final int status, final JsonNode document) {
        return new Whole(status, Json.JSON, Json.bytes(document), Map.of());
    }

    static Whole json(final int status, final JsonNode document, final Map<String, String> headers) {
        return new Whole(status, Json.JSON, Json.bytes(document), headers);
    }

    static Whole empty(final int status, final Map<String, String> headers) {
        return new Whole(status, null, new byte[0], headers);
    }
}
