package io.tagma.server.cluster;

import io.aeron.cluster.codecs.MessageHeaderDecoder;
import io.aeron.cluster.codecs.SnapshotMark;
import io.aeron.cluster.codecs.SnapshotMarkerDecoder;
import org.agrona.DirectBuffer;

/**
 * A message of the cluster's own in a snapshot's recording, which begins or ends its part of it and says of which
 * position and term the snapshot is. The recording log says so too, and has no checksum: a snapshot that it takes for
 * another's would be restored at the wrong place.
 */
record SnapshotMarker(long position, long termId, boolean isEnd) {
    /** The marker that the message is, or null. */
    static SnapshotMarker of(final DirectBuffer buffer, final int offset, final int length) {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH + SnapshotMarkerDecoder.BLOCK_LENGTH) {
            return null;
        }
        final MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(buffer, offset);
        if (header.schemaId() != SnapshotMarkerDecoder.SCHEMA_ID
            || header.templateId() != SnapshotMarkerDecoder.TEMPLATE_ID) {
            return null;
        }
        final SnapshotMarkerDecoder marker = new SnapshotMarkerDecoder().wrapAndApplyHeader(buffer, offset, header);
        return new SnapshotMarker(marker.logPosition(), marker.leadershipTermId(), marker.mark() == SnapshotMark.END);
    }
}
