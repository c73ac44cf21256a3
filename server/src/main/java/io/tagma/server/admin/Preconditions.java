package io.tagma.server.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;

/** ETags and the header fields that ask for one: a definition's version is its tag. Stateless. */
final class Preconditions {
    /** No version is expected. */
    static final int ANY = -1;

    private Preconditions() {
    }

    /** The ETag field of a version. */
    static Map<String, String> etag(final int version) {
        return Map.of("ETag", "\"" + version + "\"");
    }

    /**
     * The version a write may expect: {@link #ANY}, or the present one where If-Match names it, or 0 where
     * If-None-Match wants nothing there; a {@link Problem} 412 where the present version is another.
     *
     * @param version present one; 0 where there is no definition
     */
    static int expected(final HttpHeaders headers, final int version) {
        final String match = headers.get(HttpHeaderNames.IF_MATCH);
        final String noneMatch = headers.get(HttpHeaderNames.IF_NONE_MATCH);
        if (noneMatch != null && version != 0 && hasTag(noneMatch, version)) {
            throw Problem.preconditionFailed(version);
        }
        if (match == null) {
            return noneMatch != null && "*".equals(noneMatch.trim()) ? 0 : ANY;
        }
        if (version == 0 || !hasTag(match, version)) {
            throw Problem.preconditionFailed(version);
        }
        return version;
    }

    private static boolean hasTag(final String field, final int version) {
        for (final String tag : field.split(",")) {
            final String one = tag.trim();
            if ("*".equals(one) || ("\"" + version + "\"").equals(one)) {
                return true;
            }
        }
        return false;
    }
}
