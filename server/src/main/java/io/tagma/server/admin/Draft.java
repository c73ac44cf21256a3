package io.tagma.server.admin;

import io.tagma.engine.protocol.Command;

/**
 * What a line asks for. Immutable.
 *
 * @param command complete, unless {@code customer} is given: then its key is still missing
 * @param customer whom it is about, where that must be asked of the engine; else null
 */
record Draft(Command command, Customer customer) {
    /**
     * A customer as a row names it: by key, or by website and e-mail.
     *
     * @param key         null where the row has none
     * @param website     code, null where the row has none
     * @param email       as sent, null where the row has none
     * @param foldedEmail as e-mails are compared; null where there is none
     */
    record Customer(String key, String website, String email, String foldedEmail) {
    }

    static Draft of(final Command command) {
        return new Draft(command, null);
    }
}
