package io.tagma.engine.model;

import java.time.ZoneId;

/** A website; {@code id} 1-65535 is given by the shop. Its zone rules the local days of its subjects. Immutable. */
public record Website(int id, String code, ZoneId zone, String currency, int defaultGroupId, int version) {
    /** The id of {@code base}, which always exists. */
    public static final int BASE_ID = 1;
    /** The code of the website that always exists. */
    public static final String BASE = "base";
}
