package io.tagma.server.admin;

/**
 * How a stream of lines was asked for. Immutable.
 *
 * @param name           what it is, as jobs under way are listed; null where it is not listed
 * @param isProgressTold whether lines of progress are written between those that failed
 * @param bodyLength     as the request's head says, or -1
 */
record StreamTerms(String name, boolean isGzip, boolean isDryRun, boolean isProgressTold, long bodyLength) {
    static StreamTerms of(final Request request, final String name) {
        final String length = request.headers().get("Content-Length");
        return new StreamTerms(name, "gzip".equalsIgnoreCase(request.headers().get("Content-Encoding")),
            request.flag("dryRun"), request.flag("progress"), length == null ? -1 : number(length));
    }

    private static long number(final String text) {
        try {
            return Long.parseLong(text.trim());
        } catch (final NumberFormatException strange) {
            return -1;
        }
    }
}
