package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ValueTypeTest {
    /** Snapshots hold these numbers: a line here is added, never changed. */
    @Test
    void shouldKeepTheCodeOfEveryTypeAsItIsInSnapshots() {
        assertThat(Arrays.stream(ValueType.values()).map(type -> type.code() + " " + type)).containsExactlyInAnyOrder(
            "0 BOOL", "1 INT", "2 DECIMAL", "3 DOUBLE", "4 STRING", "5 ENUM", "6 ENUM_SET", "7 DATE", "8 INSTANT",
            "9 KEY");
        for (final ValueType type : ValueType.values()) {
            assertThat(ValueType.ofCode(type.code())).isEqualTo(type);
        }
        assertThatThrownBy(() -> ValueType.ofCode(10)).isInstanceOf(IllegalStateException.class);
    }
}
