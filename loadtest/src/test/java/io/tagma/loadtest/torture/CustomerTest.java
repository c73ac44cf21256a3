package io.tagma.loadtest.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CustomerTest {
    private final Customer customer = new Customer("c");

    @Test
    void shouldBeginWithHisNumberAndDoAllKindsOfWritesLater() {
        final SplittableRandom random = new SplittableRandom(1);
        final Map<Write.Kind, Integer> kinds = new EnumMap<>(Write.Kind.class);
        for (int i = 0; i < 500; i++) {
            final Write write = customer.next(random);
            if (i == 0) {
                assertThat(write.kind()).isEqualTo(Write.Kind.NUMBER);
            }
            customer.acknowledged(write, i);
            kinds.merge(write.kind(), 1, Integer::sum);
        }
        assertThat(kinds).containsOnlyKeys(Write.Kind.values());
    }

    @Test
    void shouldFindAnOldNumberLostAndALaterOneWithoutAnOutcomeRight() {
        final SplittableRandom random = new SplittableRandom(1);
        customer.acknowledged(number(random), 10);
        customer.acknowledged(number(random), 20);
        final Write open = number(random);
        customer.unknown(open);
        assertThat(customer.acknowledged()).isEqualTo(new Customer.Acknowledged(2, 20));
        assertThat(customer.faults(NodeHttp.json(held(2, 2)))).isEmpty();
        assertThat(customer.faults(NodeHttp.json(held(3, 3)))).isEmpty();
        assertThat(customer.faults(NodeHttp.json(held(1, 1)))).singleElement().asString()
            .contains("acknowledged, but lost: number=1");
        assertThat(customer.faults(NodeHttp.json(held(4, 4)))).singleElement().asString()
            .contains("never sent, but there: number=4");
        assertThat(customer.faults(NodeHttp.json(held(2, 1)))).singleElement().asString()
            .contains("half of a write");
        assertThat(customer.faults(null)).singleElement().asString().contains("acknowledged, but lost: customer=c");
    }

    @Test
    void shouldFindANumberLostThatHadNoOutcomeWhenALaterOneIsAcknowledged() {
        final SplittableRandom random = new SplittableRandom(1);
        customer.acknowledged(number(random), 10);
        customer.unknown(number(random));
        customer.acknowledged(number(random), 30);
        assertThat(customer.faults(NodeHttp.json(held(3, 3)))).isEmpty();
        assertThat(customer.faults(NodeHttp.json(held(2, 2)))).singleElement().asString()
            .contains("acknowledged, but lost: number=2, acknowledged=3");
    }

    private Write number(final SplittableRandom random) {
        Write write = customer.next(random);
        while (write.kind() != Write.Kind.NUMBER) {
            write = customer.next(random);
        }
        return write;
    }

    private static byte[] held(final int number, final int phase) {
        return ("{\"key\":\"c\",\"attributes\":{\"number\":" + number + ",\"phase\":" + phase
            + "},\"aliases\":[],\"orders\":[],\"events\":[]}").getBytes(StandardCharsets.UTF_8);
    }
}
