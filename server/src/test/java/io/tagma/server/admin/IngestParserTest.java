package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IngestParserTest {
    private final IngestParser parser = new IngestParser();

    @Test
    void shouldReadASubjectWithEverything() throws LineFault {
        assertThat(parse("""
            {"op":"subject.upsert","key":"42","kind":"customer","website":"base","group":2,"eventId":"e-1",
            "attributes":{"email":"a@b.c","dob":"1990-02-28","storeCredit":"12.50","rewardPoints":7,"score":0.123456,
            "price":12.5,"newsletter":true,"tags":["a","b"],"none":[],"gone":null,"a.b":"x"}}"""))
            .isEqualTo(new Command.SubjectUpsert("42", SubjectKind.CUSTOMER, "base", 2, List.of(
                named("email", Value.of("a@b.c")), named("dob", Value.of("1990-02-28")),
                named("storeCredit", Value.of("12.50")), named("rewardPoints", Value.of(7)),
                named("score", new Value.Floating(0.123456)), named("price", new Value.Decimal(125_000)),
                named("newsletter", Value.of(true)), named("tags", Value.of(List.of("a", "b"))),
                named("none", Value.of(List.of())), named("gone", Value.MISSING), named("a.b", Value.of("x"))),
                null, "e-1"));
    }

    @Test
    void shouldLeaveOpenWhatASubjectLineDoesNotSay() throws LineFault {
        final Command bare = new Command.SubjectUpsert("42", null, null, null, List.of(), null, null);

        assertThat(parse("{\"op\":\"subject.upsert\",\"key\":\"42\"}")).isEqualTo(bare);
        assertThat(parse("{\"op\":\"subject.upsert\",\"key\":\"42\",\"kind\":null,\"website\":null,\"group\":null,"
            + "\"attributes\":null,\"addresses\":null,\"eventId\":null}")).isEqualTo(bare);
    }

    @Test
    void shouldFindTheOperationWhereverItStands() throws LineFault {
        assertThat(parse("{\"attributes\":{\"op\":\"x\"},\"key\":\"42\",\"op\":\"subject.upsert\"}"))
            .isEqualTo(new Command.SubjectUpsert("42", null, null, null,
                List.of(named("op", Value.of("x"))), null, null));
    }

    @Test
    void shouldFoldOnlyTextsThatAreNotAscii() throws LineFault {
        final Command.SubjectUpsert subject = (Command.SubjectUpsert)
            parse("{\"op\":\"subject.upsert\",\"key\":\"Zoë\",\"attributes\":{\"a\":\"STRASSE\",\"b\":\"Straße \"}}");

        assertThat(subject.key()).isEqualTo("Zoë");
        assertThat(subject.attributes()).containsExactly(named("a", new Value.Text("STRASSE", null)),
            named("b", new Value.Text("Straße ", "strasse")));
    }

    @Test
    void shouldReadKindsOfVisitorsAndWholeNumbersWithAPoint() throws LineFault {
        assertThat(parse("{\"op\":\"subject.upsert\",\"key\":\"v:8f1c\",\"kind\":\"visitor\",\"group\":0.0,"
            + "\"attributes\":{\"n\":12.0,\"big\":9223372036854775807,\"zero\":-0.0}}"))
            .isEqualTo(new Command.SubjectUpsert("v:8f1c", SubjectKind.VISITOR, null, 0, List.of(
                named("n", Value.of(12)), named("big", Value.of(Long.MAX_VALUE)), named("zero", Value.of(0))), null,
                null));
    }

    @Test
    void shouldReadAnOrderWithItsItems() throws LineFault {
        assertThat(parse("""
            {"op":"order.upsert","key":"42","order":{"id":"100000012","t":"2026-10-25T12:00:00+02:00",
            "status":"complete","website":"base","grandTotal":"119.90","subtotal":100,"tax":19.9,"qty":3,
            "coupon":"SPRING","store":null,"billing":null,"shipping":{"country":"DE","city":"Köln"},
            "props":{"channel":"app","gift":true,"a.b":1,"none":null},
            "items":[{"product":"sku-1","qty":2,"rowTotal":"50.00","t":1000,"props":{"size":"M"}},
            {"product":"sku-2","website":"base"}]},"eventId":"e"}"""))
            .isEqualTo(new Command.OrderUpsert("42", "100000012", 1_792_922_400_000L, List.of(
                named("status", Value.of("complete")), named("website", Value.of("base")),
                named("grandTotal", new Value.Decimal(1_199_000)), named("subtotal", Value.of(100)),
                named("tax", new Value.Decimal(199_000)), named("qty", Value.of(3)),
                named("coupon", Value.of("SPRING")), named("shipping.country", Value.of("DE")),
                named("shipping.city", new Value.Text("Köln", "köln")), named("props.channel", Value.of("app")),
                named("props.gift", Value.of(true)), named("props.a.b", Value.of(1))), List.of(
                new Command.Item(1000L, List.of(named("product", Value.of("sku-1")), named("qty", Value.of(2)),
                    named("rowTotal", Value.of(50)), named("props.size", Value.of("M")))),
                new Command.Item(null, List.of(named("product", Value.of("sku-2")), named("website",
                    Value.of("base"))))), "e"));
    }

    @Test
    void shouldReadTheSmallestOrder() throws LineFault {
        assertThat(parse("{\"op\":\"order.upsert\",\"key\":\"42\",\"order\":{\"id\":\"1\",\"items\":null}}"))
            .isEqualTo(new Command.OrderUpsert("42", "1", null, List.of(), List.of(), null));
    }

    @Test
    void shouldReadTheShortOperations() throws LineFault {
        assertThat(parse("{\"op\":\"subject.delete\",\"key\":\"42\",\"eventId\":\"x\"}"))
            .isEqualTo(new Command.SubjectDelete("42", "x"));
        assertThat(parse("{\"op\":\"group.assign\",\"key\":\"42\",\"group\":65534}"))
            .isEqualTo(new Command.GroupAssign("42", 65_534, null));
        assertThat(parse("{\"op\":\"order.delete\",\"key\":\"42\",\"id\":\"7\"}"))
            .isEqualTo(new Command.OrderDelete("42", "7", null));
        assertThat(parse("{\"op\":\"product.delete\",\"product\":\"sku-1\"}"))
            .isEqualTo(new Command.ProductDelete("sku-1", null));
    }

    @Test
    void shouldReadAProductWithItsAttributes() throws LineFault {
        assertThat(parse("{\"op\":\"product.upsert\",\"product\":\"sku-1\",\"categories\":[\"shoes\",\"running\"],"
            + "\"sku\":\"S\",\"price\":\"49.90\",\"onSale\":false,\"attributes\":{\"brand\":\"Acme\",\"x\":null,"
            + "\"w\":1.5}}"))
            .isEqualTo(new Command.ProductUpsert("sku-1", List.of(
                named("categories", Value.of(List.of("shoes", "running"))), named("sku", Value.of("S")),
                named("price", new Value.Decimal(499_000)), named("onSale", Value.of(false)),
                named("attributes.brand", Value.of("Acme")), named("attributes.w", new Value.Decimal(15_000))),
                null));
    }

    @Test
    void shouldReadEveryOperationOfVisitors() throws LineFault {
        assertThat(parse("{\"op\":\"consent.set\",\"key\":\"42\",\"purpose\":\"marketing\",\"granted\":true}"))
            .isEqualTo(new Command.ConsentSet("42", "marketing", true, null));
        assertThat(parse("{\"op\":\"cart.put\",\"key\":\"42\",\"website\":\"base\",\"cart\":{\"t\":1,\"lineItems\":1,"
            + "\"items\":[{\"product\":\"sku-1\",\"t\":2,\"props\":{\"size\":\"M\"}}]},\"eventId\":\"e\"}"))
            .isEqualTo(new Command.CartPut("42", "base", 1L, List.of(new NamedValue("lineItems", Value.of(1))),
                List.of(new Command.Item(2L, List.of(new NamedValue("product", Value.of("sku-1")),
                    new NamedValue("props.size", Value.of("M"))))), "e"));
        assertThat(parse("{\"op\":\"cart.clear\",\"key\":\"42\"}"))
            .isEqualTo(new Command.CartClear("42", null, null));
        assertThat(parse("{\"op\":\"wishlist.add\",\"key\":\"42\",\"product\":\"sku-1\",\"t\":7}"))
            .isEqualTo(new Command.WishlistAdd("42", "sku-1", 7L, null, null));
        assertThat(parse("{\"op\":\"wishlist.remove\",\"key\":\"42\",\"product\":\"sku-1\"}"))
            .isEqualTo(new Command.WishlistRemove("42", "sku-1", null));
        assertThat(parse("{\"op\":\"view\",\"key\":\"v:8f1c\",\"product\":\"sku-1\",\"website\":\"base\"}"))
            .isEqualTo(new Command.View("v:8f1c", "sku-1", null, "base", null));
        assertThat(parse("{\"op\":\"event\",\"key\":\"42\",\"name\":\"emailClick\",\"t\":1,"
            + "\"props\":{\"campaign\":\"may\"}}")).isEqualTo(new Command.CustomEvent("42", "emailClick", 1L, null,
                List.of(new NamedValue("props.campaign", Value.of("may"))), null));
        assertThat(parse("{\"op\":\"identity.login\",\"visitor\":\"v:8f1c\",\"customer\":\"42\"}"))
            .isEqualTo(new Command.Login("v:8f1c", "42", null));
        assertThat(parse("{\"op\":\"identity.logout\",\"visitor\":\"v:8f1c\"}"))
            .isEqualTo(new Command.Logout("v:8f1c", null));
    }

    @Test
    void shouldReadTheSameAfterAFault() throws LineFault {
        assertThatThrownBy(() -> parse("{\"op\":\"subject.upsert\",\"key\":\"42\",\"eventId\":\"old\",\"x\":1}"))
            .isInstanceOf(LineFault.class);

        assertThat(parse("{\"op\":\"subject.delete\",\"key\":\"42\"}"))
            .isEqualTo(new Command.SubjectDelete("42", null));
    }

    @Test
    void shouldRefuseBytesThatAreNotUtf8() {
        final byte[] line = "{\"op\":\"subject.delete\",\"key\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        line[line.length - 3] = (byte) 0xFF;

        assertThatThrownBy(() -> parser.parse(line, 0, line.length)).isInstanceOfSatisfying(LineFault.class,
            fault -> assertThat(fault.code()).isEqualTo(ResultCode.MALFORMED));
    }

    @ParameterizedTest(name = "{2} at {1}: {0}")
    @MethodSource("badLines")
    void shouldPointAtTheFault(final String line, final String pointer, final ResultCode code) {
        assertThatThrownBy(() -> parse(line)).isInstanceOfSatisfying(LineFault.class, fault -> {
            assertThat(fault.pointer()).isEqualTo(pointer);
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.getMessage()).isNotBlank();
        });
    }

    static Stream<Arguments> badLines() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
            IngestParserTest.class.getResourceAsStream("/admin/bad-lines.txt"), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).map(line -> {
                final String[] parts = line.split(" ", 3);
                return Arguments.of(expand(parts[2]), parts[1].equals("-") ? "" : parts[1].replace("%20", " "),
                    ResultCode.valueOf(parts[0]));
            }).toList().stream();
        }
    }

    /** {@code <n*x>} stands for so many x. */
    static String expand(final String text) {
        return java.util.regex.Pattern.compile("<(\\d+)\\*([^>]+)>").matcher(text)
            .replaceAll(match -> match.group(2).repeat(Integer.parseInt(match.group(1))));
    }

    private Command parse(final String line) throws LineFault {
        final byte[] bytes = ("  " + line).getBytes(StandardCharsets.UTF_8);
        return parser.parse(bytes, 2, bytes.length - 2);
    }

    private static NamedValue named(final String name, final Value value) {
        return new NamedValue(name, value);
    }
}
