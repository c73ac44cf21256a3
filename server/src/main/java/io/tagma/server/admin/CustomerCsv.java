package io.tagma.server.admin;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Magento's customer CSV, row by row; the first one is the header. One stream's. */
final class CustomerCsv implements LineSource {
    private static final String ATTRIBUTES = "/attributes/";

    private final CsvReader.CsvReaderBuilder csv =
        CsvReader.builder().skipEmptyLines(false).allowUnclosedQuote(false);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final RowSplitter splitter = new RowSplitter();
    private final CustomerColumns.Declared declared;
    private final boolean isDelete;
    private CustomerColumns columns;
    private CustomerRows rows;

    CustomerCsv(final CustomerColumns.Declared declared, final boolean isDelete) {
        this.declared = declared;
        this.isDelete = isDelete;
    }

    @Override
    public void feed(final byte[] piece, final int length) {
        splitter.feed(piece, length);
    }

    @Override
    public boolean next() {
        return splitter.next();
    }

    @Override
    public boolean last() {
        final boolean isThere = splitter.last();
        if (!isThere && rows == null) {
            throw Problem.malformed("the file has no header");
        }
        return isThere;
    }

    @Override
    public long lines() {
        return splitter.lines();
    }

    @Override
    public long number() {
        return splitter.number();
    }

    @Override
    public int length() {
        return splitter.length();
    }

    @Override
    public Draft draft() throws LineFault {
        if (splitter.isBlank()) {
            return null;
        }
        if (rows != null) {
            return rows.draft(fields());
        }
        try {
            columns = new CustomerColumns(fields(), declared);
        } catch (final LineFault fault) {
            throw Problem.malformed("the header cannot be read: " + fault.getMessage());
        }
        rows = new CustomerRows(columns, declared, isDelete);
        return null;
    }

    private List<String> fields() throws LineFault {
        if (splitter.isTooLong()) {
            throw new LineFault(ResultCode.TOO_LARGE, "", "the row is longer than " + RowSplitter.ROW_LENGTH_MAX
                + " bytes; is a quote not closed?");
        }
        if (splitter.isBroken()) {
            throw new LineFault(ResultCode.MALFORMED, "", "a quote is not closed, or something follows a closing one");
        }
        int end = splitter.offset() + splitter.length();
        if (end > splitter.offset() && splitter.buffer()[end - 1] == '\r') {
            end--;
        }
        try {
            return csv.ofSingleCsvRecord(decoder.decode(ByteBuffer.wrap(splitter.buffer(), splitter.offset(),
                end - splitter.offset())).toString()).getFields();
        } catch (final CharacterCodingException notUtf8) {
            throw new LineFault(ResultCode.MALFORMED, "", "the row is not UTF-8");
        } catch (final CsvParseException broken) {
            throw new LineFault(ResultCode.MALFORMED, "", "the row is not CSV");
        }
    }

    /** The engine names a field of the command; here that is a column. */
    @Override
    public String pointer(final Command command, final String field) {
        if (command == null || field.isEmpty() || columns == null) {
            return field;
        }
        if (field.startsWith(ATTRIBUTES)) {
            return JsonBody.pointer(columns.columnOf(field.substring(ATTRIBUTES.length()).replace("~1", "/")
                .replace("~0", "~")));
        }
        return switch (field) {
            case "/group" -> JsonBody.pointer(CustomerColumns.GROUP_ID);
            case "/website" -> JsonBody.pointer(columns.has(CustomerColumns.WEBSITE) ? CustomerColumns.WEBSITE
                : CustomerColumns.WEBSITE_ID);
            case "/key", "/kind" -> JsonBody.pointer(columns.has(CustomerColumns.ENTITY_ID)
                ? CustomerColumns.ENTITY_ID : CustomerColumns.EMAIL);
            default -> field;
        };
    }
}
