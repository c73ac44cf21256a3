package io.tagma.engine.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Reads frames by {@code tagma.xml} itself with nothing but a ByteBuffer: a second opinion beside the generated codecs,
 * and what a client in another language has to do.
 */
final class SchemaReader {
    /** A stretch of bytes and what it says. */
    record Part(int offset, int length, String name, String value) {
    }

    private static final int UNSIGNED_8 = 0xFF;
    private static final int UNSIGNED_16 = 0xFFFF;
    private static final long UNSIGNED_32 = 0xFFFF_FFFFL;

    private final Map<Integer, Element> messages = new HashMap<>();
    private final Map<String, String> enumTypes = new HashMap<>();
    private final Map<String, Map<Long, String>> enums = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private ByteBuffer bytes;
    /** Of the message that is being read: later fields are not in it. */
    private int versionRead;

    SchemaReader() {
        try (InputStream schema = SchemaReader.class.getResourceAsStream("/tagma.xml")) {
            final Element root =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(schema).getDocumentElement();
            for (final Element each : children(root)) {
                if (each.getTagName().equals("sbe:message")) {
                    messages.put(Integer.valueOf(each.getAttribute("id")), each);
                } else {
                    children(each).stream().filter(type -> type.getTagName().equals("enum")).forEach(this::readEnum);
                }
            }
        } catch (final IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException("the schema cannot be read", e);
        }
    }

    /** A frame as {@code {message, fields}}; refuses one that is longer or shorter than what it holds. */
    Map<String, Object> read(final byte[] frame) {
        parts.clear();
        bytes = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        final int length = bytes.getInt();
        part(0, 4, "length", length);
        if (length != frame.length - 4) {
            throw new IllegalStateException("a frame's length: " + length);
        }
        return message("", frame.length);
    }

    /** The parts of the frame last read, in the order of the bytes. */
    List<Part> parts() {
        return List.copyOf(parts);
    }

    String name(final int template) {
        return messages.get(template).getAttribute("name");
    }

    private Map<String, Object> message(final String path, final int end) {
        final int at = bytes.position();
        final int blockLength = bytes.getShort() & UNSIGNED_16;
        final int template = bytes.getShort() & UNSIGNED_16;
        final int schema = bytes.getShort() & UNSIGNED_16;
        final int version = bytes.getShort() & UNSIGNED_16;
        part(at, 2, path + "blockLength", blockLength);
        part(at + 2, 2, path + "templateId", template + " " + name(template));
        part(at + 4, 2, path + "schemaId", schema);
        part(at + 6, 2, path + "version", version);
        if (schema != 7070 || version < 1 || version > MessageHeaderDecoder.SCHEMA_VERSION) {
            throw new IllegalStateException("another schema or version");
        }
        final Map<String, Object> result = new LinkedHashMap<>();
        result.put("message", name(template));
        result.put("template", (long)template);
        final int outer = versionRead;
        versionRead = version;
        result.put("fields", members(messages.get(template), path, blockLength));
        versionRead = outer;
        if (bytes.position() != end) {
            throw new IllegalStateException("bytes left over: " + (end - bytes.position()));
        }
        return result;
    }

    private Map<String, Object> members(final Element owner, final String path, final int blockLength) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        final int blockEnd = bytes.position() + blockLength;
        for (final Element each : children(owner)) {
            final String name = each.getAttribute("name");
            final String since = each.getAttribute("sinceVersion");
            if (!since.isEmpty() && Integer.parseInt(since) > versionRead) {
                continue;
            }
            switch (each.getTagName()) {
                case "field" -> fields.put(name, value(path + name, each.getAttribute("type")));
                case "group" -> fields.put(name, group(each, path + name));
                case "data" -> fields.put(name, data(path + name, name, each.getAttribute("type")));
                default -> throw new IllegalStateException("an element of another kind: " + each.getTagName());
            }
            if (each.getTagName().equals("field") && bytes.position() > blockEnd) {
                throw new IllegalStateException("fields beyond the block: " + name);
            }
        }
        return fields;
    }

    private List<Object> group(final Element group, final String path) {
        final int at = bytes.position();
        final int blockLength = bytes.getShort() & UNSIGNED_16;
        final int count = bytes.getShort() & UNSIGNED_16;
        part(at, 2, path + ".blockLength", blockLength);
        part(at + 2, 2, path + ".numInGroup", count);
        final List<Object> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(members(group, path + "[" + i + "].", blockLength));
        }
        return elements;
    }

    private Object data(final String path, final String name, final String type) {
        final int at = bytes.position();
        final boolean isText = type.equals("text");
        final int length = isText ? bytes.getShort() & UNSIGNED_16 : bytes.getInt();
        part(at, isText ? 2 : 4, path + ".length", length);
        final int start = bytes.position();
        if (name.equals("command")) {
            return message(path + ".", start + length);
        }
        if (name.equals("values")) {
            final Map<String, Object> values = members(messages.get(99), path + ".", 0);
            if (bytes.position() != start + length) {
                throw new IllegalStateException("a list of values of another length");
            }
            return values.get("values");
        }
        final byte[] text = new byte[length];
        bytes.get(text);
        final String value = new String(text, StandardCharsets.UTF_8);
        if (length > 0) {
            part(start, length, path, "\"" + value + "\"");
        }
        return value;
    }

    private Object value(final String path, final String type) {
        final int at = bytes.position();
        final boolean isEnum = enumTypes.containsKey(type);
        final Object value = switch (isEnum ? enumTypes.get(type) : type) {
            case "uint8" -> (long)(bytes.get() & UNSIGNED_8);
            case "uint16" -> (long)(bytes.getShort() & UNSIGNED_16);
            case "int32" -> (long)bytes.getInt();
            case "uint32" -> bytes.getInt() & UNSIGNED_32;
            case "int64" -> bytes.getLong();
            case "uint64" -> new BigInteger(Long.toUnsignedString(bytes.getLong()));
            default -> throw new IllegalStateException("a type without a reader: " + type);
        };
        final Object shown = isEnum ? enums.get(type).get((Long)value) : value;
        if (shown == null) {
            throw new IllegalStateException("an unknown value: type=" + type + ", value=" + value);
        }
        part(at, bytes.position() - at, path, isEnum ? value + " " + shown : shown);
        return shown;
    }

    private void part(final int offset, final int length, final String name, final Object value) {
        parts.add(new Part(offset, length, name, value.toString()));
    }

    private void readEnum(final Element type) {
        final Map<Long, String> values = new HashMap<>();
        for (final Element value : children(type)) {
            values.put(Long.valueOf(value.getTextContent().trim()), value.getAttribute("name"));
        }
        enums.put(type.getAttribute("name"), values);
        enumTypes.put(type.getAttribute("name"), type.getAttribute("encodingType"));
    }

    private static List<Element> children(final Element parent) {
        final List<Element> elements = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }
}
