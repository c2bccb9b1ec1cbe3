PRAGMA foreign_keys = OFF;
CREATE TABLE "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261126183607_Initial', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261126214137_ReaderMailQueue', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127040553_ArchiveAndLooks', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127044117_ReaderImports', '10.0.15');
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127045010_WhatComesBack', '10.0.15');
CREATE TABLE "AspNetRoles" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoles" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NULL,
    "NormalizedName" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL
);
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (1, 'correspondent', 'CORRESPONDENT', '9068aad4-5af0-4422-8a7b-884a8bbb621a');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (2, 'editor', 'EDITOR', '5b6e1ce8-18fc-47e2-bef7-7fc735d2461f');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (3, 'ops', 'OPS', '96b03f00-03a3-41bb-ac38-fbfeb24c9945');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (4, 'admin', 'ADMIN', '5c77d000-2743-4d73-81a4-6f14c0f8f299');
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Newsletters', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetRoles', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Subscribers', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Subscriptions', 4);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Confirmations', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('SubscriberMails', 3);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Audit', 11);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('ApiTokens', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Issues', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Photos', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('EditionSlots', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Corrections', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('OneTimeLinks', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Staff', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetRoleClaims', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('AspNetUserClaims', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('ReaderImports', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('Bounces', 1);
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES ('SenderReportLines', 1);
CREATE TABLE "Audit" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Audit" PRIMARY KEY AUTOINCREMENT,
    "At" TEXT NOT NULL,
    "Actor" TEXT NOT NULL,
    "Action" TEXT NOT NULL,
    "Target" TEXT NOT NULL,
    "Detail" TEXT NULL
);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (1, '2026-11-24 09:00:00', 'reader', 'subscription.confirmed', 'subscriber:1', 'newsletter:1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (2, '2026-11-24 09:00:00', 'command line', 'token.created', 'token:1', 'editor');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (3, '2026-11-24 09:00:00', 'token:1', 'issue.created', 'issue:1', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (4, '2026-11-24 09:00:00', 'token:1', 'photo.added', 'issue:1', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (5, '2026-11-24 09:00:00', 'token:1', 'issue.scheduled', 'issue:1', '2026-12-02T08:00:00.0000000+00:00, revision 1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (6, '2026-12-02 09:00:00', 'worker', 'issue.begun', 'issue:1', 'revision 1');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (7, '2026-12-02 09:00:00', 'token:1', 'issue.corrected', 'issue:1', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (8, '2026-12-02 09:00:00', 'reader', 'subscription.ended', 'subscriber:4', 'newsletter:1, page');
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (9, '2026-12-02 09:00:00', 'reader', 'preferences.asked', 'subscriber:4', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (10, '2026-12-02 09:00:00', 'reader', 'subscriber.erased', 'subscribers', NULL);
INSERT INTO "Audit" ("Id", "At", "Actor", "Action", "Target", "Detail") VALUES (11, '2026-12-02 09:00:00', 'worker', 'bounce.soft', 'subscriber:1', '5.2.2, the mailbox is full, issue:1, counted');
CREATE TABLE "ConsentTexts" (
    "Version" TEXT NOT NULL CONSTRAINT "PK_ConsentTexts" PRIMARY KEY,
    "Language" TEXT NOT NULL,
    "Words" TEXT NOT NULL,
    "FirstShownAt" TEXT NOT NULL
);
INSERT INTO "ConsentTexts" ("Version", "Language", "Words", "FirstShownAt") VALUES ('5ac6ktn74mfj2dr5', 'en', 'Confirm your subscription
Click the button, and China In Eurasia will be sent to the address this link went to.
Confirm subscription', '2026-11-24 00:00:00');
CREATE TABLE "DatabaseVersions" (
    "Version" TEXT NOT NULL CONSTRAINT "PK_DatabaseVersions" PRIMARY KEY,
    "Since" TEXT NOT NULL
);
INSERT INTO "DatabaseVersions" ("Version", "Since") VALUES ('0.11.0', '2026-11-24 09:00:00');
CREATE TABLE "ErasedReaders" (
    "SubscriberId" INTEGER NOT NULL CONSTRAINT "PK_ErasedReaders" PRIMARY KEY
);
INSERT INTO "ErasedReaders" ("SubscriberId") VALUES (3);
CREATE TABLE "IdempotencyKeys" (
    "Key" BLOB NOT NULL CONSTRAINT "PK_IdempotencyKeys" PRIMARY KEY,
    "RequestHash" BLOB NOT NULL,
    "Status" INTEGER NULL,
    "ContentType" TEXT NULL,
    "Location" TEXT NULL,
    "ETag" TEXT NULL,
    "Body" BLOB NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "IdempotencyKeys" ("Key", "RequestHash", "Status", "ContentType", "Location", "ETag", "Body", "CreatedAt") VALUES (X'C5DBFCA3D30A8BA16FE84FFBA6A366D569D6E753DAD960866075B8CEC70032F1', X'7D4BBCD910C9894099D0A708B5CE14B1B5C707D45894F083A3A3F18A69AA4A64', 201, 'application/json; charset=utf-8', 'http://localhost/api/v1/issues/1', '"1"', X'7B226964223A312C226E6577736C6574746572223A226368696E612D696E2D65757261736961222C227375626A656374223A2246726F6D2074686520737465707065222C22707265686561646572223A22222C22736C7567223A2266726F6D2D7468652D737465707065222C2262796C696E65223A22222C226172636869766564223A747275652C2270696374757265223A22222C22626F6479223A224120726F6164206973206265696E67206275696C742E5C6E5C6E215B54686520626F726465725D2870686F746F732F626F726465722E6A7067205C224174206E6F6F6E207C20412E204E6F76616B5C2229222C227374617465223A226472616674222C22736C6F74223A6E756C6C2C227265766973696F6E223A312C2273656E644174223A6E756C6C2C22637265617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C22757064617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C2273656E64537461727465644174223A6E756C6C2C2273656E744174223A6E756C6C2C2274726F75626C65223A6E756C6C2C22617070726F7665645265766973696F6E223A6E756C6C2C22617070726F7665644279223A6E756C6C2C22617070726F7665644174223A6E756C6C2C2272657374537461727465644174223A6E756C6C2C227265737453656E744174223A6E756C6C7D', '2026-11-24 09:00:00');
CREATE TABLE "KeyRingMarks" (
    "Fingerprint" TEXT NOT NULL CONSTRAINT "PK_KeyRingMarks" PRIMARY KEY
);
INSERT INTO "KeyRingMarks" ("Fingerprint") VALUES ('448d34871997f9df');
CREATE TABLE "Newsletters" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Newsletters" PRIMARY KEY AUTOINCREMENT,
    "Slug" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Description" TEXT NOT NULL,
    "From" TEXT NOT NULL,
    "ReplyTo" TEXT NULL,
    "Schedule" TEXT NOT NULL,
    "TimeZone" TEXT NOT NULL,
    "Locale" TEXT NOT NULL,
    "PostalAddress" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "SlotsSettledUntil" TEXT NOT NULL
, "Color" TEXT NOT NULL DEFAULT '', "DarkColor" TEXT NOT NULL DEFAULT '', "Descriptions" TEXT NOT NULL DEFAULT '', "LogoHeight" INTEGER NOT NULL DEFAULT 0, "LogoName" TEXT NULL, "LogoWidth" INTEGER NOT NULL DEFAULT 0, "Names" TEXT NOT NULL DEFAULT '', "SmartTypography" INTEGER NOT NULL DEFAULT 0);
INSERT INTO "Newsletters" ("Id", "Slug", "Name", "Description", "From", "ReplyTo", "Schedule", "TimeZone", "Locale", "PostalAddress", "CreatedAt", "SlotsSettledUntil", "Color", "DarkColor", "Descriptions", "LogoHeight", "LogoName", "LogoWidth", "Names", "SmartTypography") VALUES (1, 'china-in-eurasia', 'China In Eurasia', 'China''s growing presence from Central Asia to Eastern Europe, reported from the ground. On the first and third Wednesday of each month.', 'China In Eurasia <news@sender.test>', NULL, '0 9 1-7,15-21 * WED', 'Europe/Prague', 'en', '', '2026-11-24 09:00:00', '2026-12-02 08:00:00', '', '', '{}', 0, NULL, 0, '{}', 0);
CREATE TABLE "SendingDays" (
    "Day" TEXT NOT NULL CONSTRAINT "PK_SendingDays" PRIMARY KEY,
    "Reserved" INTEGER NOT NULL
);
INSERT INTO "SendingDays" ("Day", "Reserved") VALUES ('2026-12-02', 2);
CREATE TABLE "SignUpTallies" (
    "Key" BLOB NOT NULL CONSTRAINT "PK_SignUpTallies" PRIMARY KEY,
    "EndsAt" TEXT NOT NULL,
    "Count" INTEGER NOT NULL
);
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'E4D647C3FE8FAA4A1C7413B2151E7262EB1FD53EA2A28F13F3B2015CA6319DB4', '2026-11-24 10:00:00', 2);
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'6BF8A7964D5B5E5EBD089D695B87AD4A54B4A51AD6DE94D02079761D8EF669C0', '2026-11-25 09:00:00', 1);
CREATE TABLE "Staff" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Staff" PRIMARY KEY AUTOINCREMENT,
    "LastSignInAt" TEXT NULL,
    "UserName" TEXT NULL,
    "NormalizedUserName" TEXT NULL,
    "Email" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "SecurityStamp" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL,
    "PhoneNumber" TEXT NULL,
    "PhoneNumberConfirmed" INTEGER NOT NULL,
    "TwoFactorEnabled" INTEGER NOT NULL,
    "LockoutEnd" TEXT NULL,
    "LockoutEnabled" INTEGER NOT NULL,
    "AccessFailedCount" INTEGER NOT NULL
);
INSERT INTO "Staff" ("Id", "LastSignInAt", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PasswordHash", "SecurityStamp", "ConcurrencyStamp", "PhoneNumber", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnd", "LockoutEnabled", "AccessFailedCount") VALUES (1, '2026-12-02 09:00:00', 'staff1@desk.test', 'STAFF1@DESK.TEST', 'staff1@desk.test', 'STAFF1@DESK.TEST', 1, 'AQAAAAIAAAPoAAAAEF98lGYUa8OjQjQjKHVvgemYeo2kbJzftLlJ0Lc/K30XCbJeOXfFbnn5bThmDHfw0A==', 'BQZ3OTS6PHYIFHTCG5JHOJ6OQGGCVTZB', 'a5b18038-aee1-4413-af8a-6aa7813d6aec', NULL, 0, 0, NULL, 0, 0);
CREATE TABLE "Subscribers" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Subscribers" PRIMARY KEY AUTOINCREMENT,
    "AddressHash" BLOB NOT NULL,
    "SealedAddress" BLOB NOT NULL,
    "SealedName" BLOB NULL,
    "Language" TEXT NULL,
    "CreatedAt" TEXT NOT NULL
, "SealedFields" BLOB NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (1, X'7EBEFE35029952AAA4CAA205712EE3F0FE363A5744FA11A6A46A6F934E620897', X'013BC5EA71CDB4FBFAF518C9A7087F735BBA47EDCFF4F32F13793A829DF648A163E32C8CB538DB87CEBE84F280CB6E89AB61D1195A7EC4E9B1316A5A324F3014CDD50C08155AB619304D658F9768F41D4A90D82D6F4A756CDD98E789E7', X'01D7ECA2AE53FF4BA605690B975E8A4B07E76D1A76891F3199718137CFD90ABDA45FC07D238CF5042D9863F4FF22FC819BC0BC6724F3BA09209E2A0077F122FD9C1992AE8D1F10312E534858E88F67B3F81C8C59B06C327B27C40E12FB', NULL, '2026-11-24 00:00:00', NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (2, X'7EC42FFF7F9F0FA94F849C4473A2E6E8FE5D62D7281FFA39320A0BA43E9072D9', X'01440EEF4F087E4297926B8D86025FC150FEF6A11970842347AD157F779ABD1225C0C880BBB659F46D104545EF43E79E38CEB49DFDA63EF955073A36711B6CBB87DC3BC24C25BAD4BD46218B79F6EAA35804F035413A574FFD5006C40B', NULL, NULL, '2026-11-24 00:00:00', NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (4, X'16896E54942328C673FC4F6FDDD5FD7EE8E6D03F64B838D40B38E7942049E92F', X'019B55723FD47132AE04D94A406902D6AFA3C2FF89BBBFED6ABB41D5629E603A463737BB977E5DE06EC26A87CF218C68F27A5C0442718C9CD9975F9840CE1FAEDB4C61FA65BCA2D5A5C96230A4581151C193A8DCEA6AA8368764B1F0B4', NULL, NULL, '2026-12-02 00:00:00', NULL);
CREATE TABLE "Suppressions" (
    "AddressHash" BLOB NOT NULL CONSTRAINT "PK_Suppressions" PRIMARY KEY,
    "Reason" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'5E9DE437B229BBF6DC2409912542666567991AF7BDDEBBF7037517012B161222', 'HardBounce', '2026-11-24 09:00:00');
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'1BFF88782B5039A793EB72787FA4DFA2427816E01ED60334EE46723E6662ECA9', 'Erased', '2026-12-02 00:00:00');
CREATE TABLE "AspNetRoleClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoleClaims" PRIMARY KEY AUTOINCREMENT,
    "RoleId" INTEGER NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetRoleClaims_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetRoleClaims" ("Id", "RoleId", "ClaimType", "ClaimValue") VALUES (1, 1, 'type', 'value');
CREATE TABLE "Issues" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Issues" PRIMARY KEY AUTOINCREMENT,
    "NewsletterId" INTEGER NOT NULL,
    "Slug" TEXT NOT NULL,
    "Subject" TEXT NOT NULL,
    "Preheader" TEXT NOT NULL,
    "Byline" TEXT NOT NULL,
    "Body" TEXT NOT NULL,
    "Archived" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Revision" INTEGER NOT NULL,
    "Decision" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    "SendAt" TEXT NULL,
    "SendStartedAt" TEXT NULL,
    "SentAt" TEXT NULL,
    "RestStartedAt" TEXT NULL,
    "RestSentAt" TEXT NULL,
    "ApprovedRevision" INTEGER NULL,
    "ApprovedBy" TEXT NULL,
    "ApprovedAt" TEXT NULL,
    "LastError" TEXT NULL, "Picture" TEXT NOT NULL DEFAULT '',
    CONSTRAINT "FK_Issues_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Issues" ("Id", "NewsletterId", "Slug", "Subject", "Preheader", "Byline", "Body", "Archived", "State", "Revision", "Decision", "CreatedAt", "UpdatedAt", "SendAt", "SendStartedAt", "SentAt", "RestStartedAt", "RestSentAt", "ApprovedRevision", "ApprovedBy", "ApprovedAt", "LastError", "Picture") VALUES (1, 1, 'from-the-steppe', 'From the steppe', '', '', 'A road is being built.

![The border](photos/border.jpg "At noon | A. Novak")', 1, 'Sent', 1, 3, '2026-11-24 09:00:00', '2026-11-24 09:00:00', '2026-12-02 08:00:00', '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, NULL, NULL, NULL, NULL, NULL, '');
CREATE TABLE "UnsubscribeCounts" (
    "NewsletterId" INTEGER NOT NULL,
    "Reason" TEXT NOT NULL,
    "Readers" INTEGER NOT NULL,
    CONSTRAINT "PK_UnsubscribeCounts" PRIMARY KEY ("NewsletterId", "Reason"),
    CONSTRAINT "FK_UnsubscribeCounts_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "UnsubscribeCounts" ("NewsletterId", "Reason", "Readers") VALUES (1, 'TooMany', 1);
CREATE TABLE "ApiTokens" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ApiTokens" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NOT NULL,
    "Role" TEXT NOT NULL,
    "Hash" BLOB NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NULL,
    "LastUsedAt" TEXT NULL,
    "MadeById" INTEGER NULL,
    CONSTRAINT "FK_ApiTokens_Staff_MadeById" FOREIGN KEY ("MadeById") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "ApiTokens" ("Id", "Name", "Role", "Hash", "CreatedAt", "ExpiresAt", "LastUsedAt", "MadeById") VALUES (1, 'test e7c142b7-cdf4-419f-a208-646f63067998', 'editor', X'A089CBD9A0D53639E8C6ACCF0A5C2C62645CE5816A3144D87A9D9D3237972D53', '2026-11-24 09:00:00', '2027-11-24 09:00:00', '2026-12-02 09:00:00', NULL);
CREATE TABLE "AspNetUserClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetUserClaims" PRIMARY KEY AUTOINCREMENT,
    "UserId" INTEGER NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetUserClaims_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserClaims" ("Id", "UserId", "ClaimType", "ClaimValue") VALUES (1, 1, 'type', 'value');
CREATE TABLE "AspNetUserLogins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "ProviderDisplayName" TEXT NULL,
    "UserId" INTEGER NOT NULL,
    CONSTRAINT "PK_AspNetUserLogins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_AspNetUserLogins_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserLogins" ("LoginProvider", "ProviderKey", "ProviderDisplayName", "UserId") VALUES ('provider', 'key', NULL, 1);
CREATE TABLE "AspNetUserRoles" (
    "UserId" INTEGER NOT NULL,
    "RoleId" INTEGER NOT NULL,
    CONSTRAINT "PK_AspNetUserRoles" PRIMARY KEY ("UserId", "RoleId"),
    CONSTRAINT "FK_AspNetUserRoles_AspNetRoles_RoleId" FOREIGN KEY ("RoleId") REFERENCES "AspNetRoles" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_AspNetUserRoles_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserRoles" ("UserId", "RoleId") VALUES (1, 2);
INSERT INTO "AspNetUserRoles" ("UserId", "RoleId") VALUES (1, 3);
CREATE TABLE "AspNetUserTokens" (
    "UserId" INTEGER NOT NULL,
    "LoginProvider" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" TEXT NULL,
    CONSTRAINT "PK_AspNetUserTokens" PRIMARY KEY ("UserId", "LoginProvider", "Name"),
    CONSTRAINT "FK_AspNetUserTokens_Staff_UserId" FOREIGN KEY ("UserId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "AspNetUserTokens" ("UserId", "LoginProvider", "Name", "Value") VALUES (1, 'provider', 'name', 'value');
CREATE TABLE "StaffSessions" (
    "Hash" BLOB NOT NULL CONSTRAINT "PK_StaffSessions" PRIMARY KEY,
    "StaffId" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "SeenAt" TEXT NOT NULL,
    CONSTRAINT "FK_StaffSessions_Staff_StaffId" FOREIGN KEY ("StaffId") REFERENCES "Staff" ("Id") ON DELETE CASCADE
);
INSERT INTO "StaffSessions" ("Hash", "StaffId", "CreatedAt", "SeenAt") VALUES (X'EB28556956FE809758663B94E89D82ECE547AD7AB57FA53C2A4975F3EA282F8E', 1, '2026-12-02 09:00:00', '2026-12-02 09:00:00');
CREATE TABLE "Confirmations" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Confirmations" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "NewsletterIds" TEXT NOT NULL,
    "Seed" BLOB NOT NULL,
    "TokenHash" BLOB NOT NULL,
    "SealedName" BLOB NULL,
    "Language" TEXT NULL,
    "Source" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NOT NULL,
    "UsedAt" TEXT NULL,
    "RemindedAt" TEXT NULL,
    "RobotSeenAt" TEXT NULL,
    "RobotNetwork" BLOB NULL,
    "DoubtedAt" TEXT NULL,
    CONSTRAINT "FK_Confirmations_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Confirmations" ("Id", "SubscriberId", "NewsletterIds", "Seed", "TokenHash", "SealedName", "Language", "Source", "CreatedAt", "ExpiresAt", "UsedAt", "RemindedAt", "RobotSeenAt", "RobotNetwork", "DoubtedAt") VALUES (1, 1, '[1]', X'ABA0EB4DE3B8CC9FFA48EA8FD399ECC7', X'BE6BAF922934B4DE2F8120E3802D2EB0567CA79E6F763D9D7E2F4AA9276332A6', NULL, NULL, 'form', '2026-11-24 09:00:00', '2026-12-01 09:00:00', '2026-11-24 09:00:00', NULL, NULL, NULL, NULL);
CREATE TABLE "OneTimeLinks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_OneTimeLinks" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "Purpose" TEXT NOT NULL,
    "Seed" BLOB NOT NULL,
    "TokenHash" BLOB NOT NULL,
    "SealedAddress" BLOB NULL,
    "CreatedAt" TEXT NOT NULL,
    "ExpiresAt" TEXT NOT NULL,
    "UsedAt" TEXT NULL,
    CONSTRAINT "FK_OneTimeLinks_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "OneTimeLinks" ("Id", "SubscriberId", "Purpose", "Seed", "TokenHash", "SealedAddress", "CreatedAt", "ExpiresAt", "UsedAt") VALUES (1, 4, 'Preferences', X'677F6111EBBF88059B606390C0D62898', X'D95505BE8CB813C8053C2A0B30DD9CA744D73424EBCD7F87DCB93CE432B5D712', NULL, '2026-12-02 09:00:00', '2026-12-02 10:00:00', NULL);
CREATE TABLE "SubscriberMails" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SubscriberMails" PRIMARY KEY AUTOINCREMENT,
    "Kind" TEXT NOT NULL,
    "SubscriberId" INTEGER NOT NULL,
    "ConfirmationId" INTEGER NULL,
    "NewsletterId" INTEGER NULL,
    "OneTimeLinkId" INTEGER NULL,
    "SealedTo" BLOB NULL,
    "State" TEXT NOT NULL,
    "Attempts" INTEGER NOT NULL,
    "FirstAttemptAt" TEXT NULL,
    "NextAttemptAt" TEXT NOT NULL,
    "ClaimedUntil" TEXT NULL,
    "ReplyCode" INTEGER NULL,
    "EnhancedCode" TEXT NULL,
    "ReplyText" TEXT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    CONSTRAINT "FK_SubscriberMails_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (1, 'Confirmation', 1, 1, NULL, NULL, NULL, 'Accepted', 1, '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, 250, '2.0.0', NULL, '2026-11-24 09:00:00', '2026-11-24 09:00:00');
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (2, 'Welcome', 1, 1, 1, NULL, NULL, 'Accepted', 1, '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, 250, '2.0.0', NULL, '2026-11-24 09:00:00', '2026-11-24 09:00:00');
INSERT INTO "SubscriberMails" ("Id", "Kind", "SubscriberId", "ConfirmationId", "NewsletterId", "OneTimeLinkId", "SealedTo", "State", "Attempts", "FirstAttemptAt", "NextAttemptAt", "ClaimedUntil", "ReplyCode", "EnhancedCode", "ReplyText", "CreatedAt", "UpdatedAt") VALUES (3, 'OneTimeLink', 4, NULL, NULL, 1, NULL, 'Accepted', 1, '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, 250, '2.0.0', NULL, '2026-12-02 09:00:00', '2026-12-02 09:00:00');
CREATE TABLE "Subscriptions" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Subscriptions" PRIMARY KEY AUTOINCREMENT,
    "SubscriberId" INTEGER NOT NULL,
    "NewsletterId" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Source" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ConfirmedAt" TEXT NULL,
    "ConsentVersion" TEXT NULL,
    "UnsubscribedAt" TEXT NULL,
    "PausedUntil" TEXT NULL,
    "SaidWhy" INTEGER NOT NULL,
    CONSTRAINT "FK_Subscriptions_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_Subscriptions_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (1, 1, 1, 'Confirmed', 'form', '2026-11-24 00:00:00', '2026-11-24 00:00:00', '5ac6ktn74mfj2dr5', NULL, NULL, 0);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (2, 2, 1, 'Confirmed', 'form', '2026-11-24 09:00:00', '2026-11-24 09:00:00', NULL, NULL, NULL, 0);
INSERT INTO "Subscriptions" ("Id", "SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion", "UnsubscribedAt", "PausedUntil", "SaidWhy") VALUES (4, 4, 1, 'Unsubscribed', 'form', '2026-12-02 09:00:00', '2026-12-02 09:00:00', NULL, '2026-12-02 09:00:00', NULL, 1);
CREATE TABLE "Deliveries" (
    "IssueId" INTEGER NOT NULL,
    "SubscriberId" INTEGER NOT NULL,
    "Chunk" INTEGER NOT NULL,
    "State" TEXT NOT NULL,
    "Reason" TEXT NULL,
    "Attempts" INTEGER NOT NULL,
    "FirstAttemptAt" TEXT NULL,
    "Faults" INTEGER NOT NULL,
    "NextAttemptAt" TEXT NULL,
    "ReplyCode" INTEGER NULL,
    "EnhancedCode" TEXT NULL,
    "ReplyText" TEXT NULL,
    "UncertainAt" TEXT NULL,
    "Lost" INTEGER NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    CONSTRAINT "PK_Deliveries" PRIMARY KEY ("IssueId", "SubscriberId"),
    CONSTRAINT "FK_Deliveries_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 1, 1, 'Accepted', NULL, 1, NULL, 0, NULL, 250, '2.0.0', NULL, NULL, 0, '2026-12-02 09:00:00');
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 2, 1, 'Rejected', NULL, 1, NULL, 0, NULL, 550, '5.1.1', 'User unknown', NULL, 0, '2026-12-02 09:00:00');
INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "FirstAttemptAt", "Faults", "NextAttemptAt", "ReplyCode", "EnhancedCode", "ReplyText", "UncertainAt", "Lost", "UpdatedAt") VALUES (1, 3, 1, 'Uncertain', NULL, 1, NULL, 0, NULL, 250, '2.0.0', NULL, NULL, 0, '2026-12-02 09:00:00');
CREATE TABLE "DeliveryChunks" (
    "IssueId" INTEGER NOT NULL,
    "Number" INTEGER NOT NULL,
    "Done" INTEGER NOT NULL,
    "LeasedBy" TEXT NULL,
    "LeasedUntil" TEXT NULL,
    "QueuedUntil" TEXT NULL,
    "NextAttemptAt" TEXT NOT NULL,
    CONSTRAINT "PK_DeliveryChunks" PRIMARY KEY ("IssueId", "Number"),
    CONSTRAINT "FK_DeliveryChunks_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "DeliveryChunks" ("IssueId", "Number", "Done", "LeasedBy", "LeasedUntil", "QueuedUntil", "NextAttemptAt") VALUES (1, 1, 1, NULL, NULL, NULL, '2026-12-02 09:00:00');
CREATE TABLE "Editions" (
    "IssueId" INTEGER NOT NULL CONSTRAINT "PK_Editions" PRIMARY KEY,
    "Revision" INTEGER NOT NULL,
    "Subject" TEXT NOT NULL,
    "From" TEXT NOT NULL,
    "ReplyTo" TEXT NULL,
    "NewsletterName" TEXT NOT NULL,
    "Locale" TEXT NOT NULL,
    "MailHtml" TEXT NOT NULL,
    "MailText" TEXT NOT NULL,
    "WebHtml" TEXT NOT NULL,
    "MessageIdSeed" BLOB NOT NULL,
    "RenderedAt" TEXT NOT NULL,
    CONSTRAINT "FK_Editions_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "Editions" ("IssueId", "Revision", "Subject", "From", "ReplyTo", "NewsletterName", "Locale", "MailHtml", "MailText", "WebHtml", "MessageIdSeed", "RenderedAt") VALUES (1, 1, 'From the steppe', 'China In Eurasia <news@sender.test>', NULL, 'China In Eurasia', 'en', '<p>A road is being built.</p>', 'A road is being built.', '<p>A road is being built.</p>', X'B779A27B2594B7F6D4378327CA6AFF7FBDE537D65F12C0C7FBBA412A36C38730', '2026-12-02 09:00:00');
CREATE TABLE "EditionSlots" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_EditionSlots" PRIMARY KEY AUTOINCREMENT,
    "NewsletterId" INTEGER NOT NULL,
    "At" TEXT NOT NULL,
    "IssueId" INTEGER NULL,
    CONSTRAINT "FK_EditionSlots_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_EditionSlots_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE RESTRICT
);
INSERT INTO "EditionSlots" ("Id", "NewsletterId", "At", "IssueId") VALUES (1, 1, '2026-12-02 08:00:00', 1);
CREATE TABLE "IssueRevisions" (
    "IssueId" INTEGER NOT NULL,
    "Revision" INTEGER NOT NULL,
    "Subject" TEXT NOT NULL,
    "Preheader" TEXT NOT NULL,
    "Byline" TEXT NOT NULL,
    "Slug" TEXT NOT NULL,
    "Body" TEXT NOT NULL,
    "Archived" INTEGER NOT NULL,
    "SavedAt" TEXT NOT NULL,
    "SavedBy" TEXT NOT NULL, "Picture" TEXT NOT NULL DEFAULT '',
    CONSTRAINT "PK_IssueRevisions" PRIMARY KEY ("IssueId", "Revision"),
    CONSTRAINT "FK_IssueRevisions_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "IssueRevisions" ("IssueId", "Revision", "Subject", "Preheader", "Byline", "Slug", "Body", "Archived", "SavedAt", "SavedBy", "Picture") VALUES (1, 1, 'From the steppe', '', '', 'from-the-steppe', 'A road is being built.

![The border](photos/border.jpg "At noon | A. Novak")', 1, '2026-11-24 09:00:00', 'token:1', '');
CREATE TABLE "Photos" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Photos" PRIMARY KEY AUTOINCREMENT,
    "IssueId" INTEGER NOT NULL,
    "FileName" TEXT NOT NULL,
    "MediaName" TEXT NOT NULL,
    "NarrowMediaName" TEXT NOT NULL,
    "Width" INTEGER NOT NULL,
    "Height" INTEGER NOT NULL,
    "AddedAt" TEXT NOT NULL, "NarrowWebPName" TEXT NULL, "WebPName" TEXT NULL,
    CONSTRAINT "FK_Photos_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "Photos" ("Id", "IssueId", "FileName", "MediaName", "NarrowMediaName", "Width", "Height", "AddedAt", "NarrowWebPName", "WebPName") VALUES (1, 1, 'photos/border.jpg', '24eqwnxy7x6zw24i3ntz6pwn2l-800.jpg', 'mfqc73dbhpzlssejkas6giuoxz-600.jpg', 800, 600, '2026-11-24 09:00:00', 'amdsccsnsypiphdhbyylclo3gg-600.webp', 'ztqys33j7seesa53w4c3suid2t-800.webp');
CREATE TABLE "EditionFrames" (
    "IssueId" INTEGER NOT NULL,
    "Language" TEXT NOT NULL,
    "MailHtml" TEXT NOT NULL,
    "MailText" TEXT NOT NULL,
    CONSTRAINT "PK_EditionFrames" PRIMARY KEY ("IssueId", "Language"),
    CONSTRAINT "FK_EditionFrames_Editions_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Editions" ("IssueId") ON DELETE CASCADE
);
INSERT INTO "EditionFrames" ("IssueId", "Language", "MailHtml", "MailText") VALUES (1, 'de', '<p>A road is being built.</p>', 'A road is being built.');
CREATE TABLE "ReaderMailMarks" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ReaderMailMarks" PRIMARY KEY,
    "QueuedUntil" TEXT NULL
);
INSERT INTO "ReaderMailMarks" ("Id", "QueuedUntil") VALUES (1, NULL);
CREATE TABLE "Corrections" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Corrections" PRIMARY KEY AUTOINCREMENT,
    "IssueId" INTEGER NOT NULL,
    "At" TEXT NOT NULL,
    "Text" TEXT NOT NULL,
    CONSTRAINT "FK_Corrections_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "Corrections" ("Id", "IssueId", "At", "Text") VALUES (1, 1, '2026-12-02 09:00:00', 'The road is a path.');
CREATE TABLE "Logos" (
    "MediaName" TEXT NOT NULL CONSTRAINT "PK_Logos" PRIMARY KEY,
    "NewsletterId" INTEGER NOT NULL,
    "AddedAt" TEXT NOT NULL,
    CONSTRAINT "FK_Logos_Newsletters_NewsletterId" FOREIGN KEY ("NewsletterId") REFERENCES "Newsletters" ("Id") ON DELETE CASCADE
);
INSERT INTO "Logos" ("MediaName", "NewsletterId", "AddedAt") VALUES ('aaaaaaaaaaaaaaaaaaaaaaaaaa-288.png', 1, '2026-11-24 09:00:00');
CREATE TABLE "SearchTerms" (
    "Term" TEXT NOT NULL,
    "IssueId" INTEGER NOT NULL,
    "Weight" INTEGER NOT NULL,
    CONSTRAINT "PK_SearchTerms" PRIMARY KEY ("Term", "IssueId"),
    CONSTRAINT "FK_SearchTerms_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('a', 1, 2);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('at', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('being', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('built', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('from', 1, 10);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('is', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('noon', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('novak', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('road', 1, 1);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('steppe', 1, 10);
INSERT INTO "SearchTerms" ("Term", "IssueId", "Weight") VALUES ('the', 1, 10);
CREATE TABLE "SearchTexts" (
    "IssueId" INTEGER NOT NULL CONSTRAINT "PK_SearchTexts" PRIMARY KEY,
    "Text" TEXT NOT NULL,
    CONSTRAINT "FK_SearchTexts_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE CASCADE
);
INSERT INTO "SearchTexts" ("IssueId", "Text") VALUES (1, 'A road is being built. At noon A. Novak');
CREATE TABLE "ReaderImports" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ReaderImports" PRIMARY KEY AUTOINCREMENT,
    "State" TEXT NOT NULL,
    "Actor" TEXT NOT NULL,
    "Choices" TEXT NOT NULL,
    "Fingerprint" BLOB NULL,
    "Findings" TEXT NULL,
    "Chunks" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "FinishedAt" TEXT NULL,
    "QueuedUntil" TEXT NULL
);
INSERT INTO "ReaderImports" ("Id", "State", "Actor", "Choices", "Fingerprint", "Findings", "Chunks", "CreatedAt", "FinishedAt", "QueuedUntil") VALUES (1, 'Ready', 'command line', '{"Newsletter":null,"From":null,"Status":null,"ConsentDate":null,"Encoding":null,"Map":{},"SendConfirmations":false}', NULL, '{"Files":[{"Name":"readers.csv","System":"dispatch","Title":"a CSV in Dispatch\u0027s form","Because":"it has the columns email and status","Form":"UTF-8, commas, lines end with LF"}],"Remarks":[],"Newsletter":"china-in-eurasia","Rows":1,"Refused":0,"Skipped":{},"WithoutWord":0,"WithoutDate":0,"AssumedUtc":0,"Dropped":{},"Fields":["city"],"UnknownLists":[]}', 1, '2026-12-02 09:00:00', NULL, NULL);
CREATE TABLE "ReaderImportChunks" (
    "ImportId" INTEGER NOT NULL,
    "Number" INTEGER NOT NULL,
    "Done" INTEGER NOT NULL,
    "Counts" TEXT NULL,
    CONSTRAINT "PK_ReaderImportChunks" PRIMARY KEY ("ImportId", "Number"),
    CONSTRAINT "FK_ReaderImportChunks_ReaderImports_ImportId" FOREIGN KEY ("ImportId") REFERENCES "ReaderImports" ("Id") ON DELETE CASCADE
);
INSERT INTO "ReaderImportChunks" ("ImportId", "Number", "Done", "Counts") VALUES (1, 0, 0, NULL);
CREATE TABLE "ReaderImportPieces" (
    "ImportId" INTEGER NOT NULL,
    "Chunk" INTEGER NOT NULL,
    "Number" INTEGER NOT NULL,
    "Sealed" BLOB NOT NULL,
    CONSTRAINT "PK_ReaderImportPieces" PRIMARY KEY ("ImportId", "Chunk", "Number"),
    CONSTRAINT "FK_ReaderImportPieces_ReaderImports_ImportId" FOREIGN KEY ("ImportId") REFERENCES "ReaderImports" ("Id") ON DELETE CASCADE
);
INSERT INTO "ReaderImportPieces" ("ImportId", "Chunk", "Number", "Sealed") VALUES (1, 0, 0, X'01BEA9742281CB03DF7CE4D9154E2679A493DE9F8898D1F428E1FDF6FF1C770127A1A6C06EBBC5C0E1C18AC3470040CAC6D3B978C3467336FC26AB4806D83EBDACA78179707B23BF344C8E46FB9E0C923A4E9B0C4374EC44DD5A6520306BAAA3346BA9A6168A63ED5B335CEF4F70D227B43A36E0B5AEFB15146967D7A2A7320DFCCB506ACF2E76FA');
CREATE TABLE "Bounces" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Bounces" PRIMARY KEY AUTOINCREMENT,
    "Key" BLOB NOT NULL,
    "At" TEXT NOT NULL,
    "Source" TEXT NOT NULL,
    "Kind" TEXT NOT NULL,
    "EnhancedCode" TEXT NULL,
    "Reason" TEXT NOT NULL,
    "Rule" TEXT NOT NULL,
    "Part" TEXT NOT NULL,
    "Proof" TEXT NOT NULL,
    "Provider" TEXT NOT NULL,
    "IssueId" INTEGER NULL,
    "SubscriberId" INTEGER NULL,
    "MailId" INTEGER NULL,
    "Effect" TEXT NOT NULL,
    "UndoneAt" TEXT NULL,
    "UndoneBy" TEXT NULL,
    CONSTRAINT "FK_Bounces_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_Bounces_Subscribers_SubscriberId" FOREIGN KEY ("SubscriberId") REFERENCES "Subscribers" ("Id") ON DELETE SET NULL
);
INSERT INTO "Bounces" ("Id", "Key", "At", "Source", "Kind", "EnhancedCode", "Reason", "Rule", "Part", "Proof", "Provider", "IssueId", "SubscriberId", "MailId", "Effect", "UndoneAt", "UndoneBy") VALUES (1, X'C66D10A92EBAA23EEB0FC3C9F293623872DC3188A24091DDFCFF018F39DD9AA4', '2026-12-02 09:00:00', 'Report', 'Soft', '5.2.2', 'the mailbox is full', 'code 5.2.2', 'delivery status (RFC 3464)', 'Token', 'other', 1, 1, NULL, 'Counted', NULL, NULL);
CREATE TABLE "MailboxStates" (
    "Mailbox" TEXT NOT NULL CONSTRAINT "PK_MailboxStates" PRIMARY KEY,
    "LeasedBy" TEXT NULL,
    "LeasedUntil" TEXT NULL,
    "ReadAt" TEXT NULL,
    "Fault" TEXT NULL,
    "FaultAt" TEXT NULL,
    "Read" INTEGER NOT NULL,
    "Unclear" INTEGER NOT NULL
);
INSERT INTO "MailboxStates" ("Mailbox", "LeasedBy", "LeasedUntil", "ReadAt", "Fault", "FaultAt", "Read", "Unclear") VALUES ('0 imap://mail.sender.test:993', NULL, NULL, '2026-12-02 09:00:00', NULL, NULL, 1, 0);
CREATE TABLE "SeenMessages" (
    "Mailbox" TEXT NOT NULL,
    "Uidl" TEXT NOT NULL,
    CONSTRAINT "PK_SeenMessages" PRIMARY KEY ("Mailbox", "Uidl")
);
INSERT INTO "SeenMessages" ("Mailbox", "Uidl") VALUES ('1 pop3://mail.sender.test:995', '1');
CREATE TABLE "SenderReportLines" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SenderReportLines" PRIMARY KEY AUTOINCREMENT,
    "Key" BLOB NOT NULL,
    "Kind" TEXT NOT NULL,
    "Reporter" TEXT NOT NULL,
    "Domain" TEXT NOT NULL,
    "BeginAt" TEXT NOT NULL,
    "EndAt" TEXT NOT NULL,
    "Source" TEXT NOT NULL,
    "Messages" INTEGER NOT NULL,
    "Passed" INTEGER NOT NULL,
    "Detail" TEXT NOT NULL
);
INSERT INTO "SenderReportLines" ("Id", "Key", "Kind", "Reporter", "Domain", "BeginAt", "EndAt", "Source", "Messages", "Passed", "Detail") VALUES (1, X'0000000000000000000000000000000000000000000000000000000000000000', 'Dmarc', 'provider.example', 'sender.test', '0001-01-01 00:00:00', '0001-01-01 00:00:00', '192.0.2.1', 1, 1, 'none');
CREATE TABLE "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE UNIQUE INDEX "IX_ApiTokens_Hash" ON "ApiTokens" ("Hash");
CREATE INDEX "IX_ApiTokens_MadeById" ON "ApiTokens" ("MadeById");
CREATE UNIQUE INDEX "IX_ApiTokens_Name" ON "ApiTokens" ("Name");
CREATE INDEX "IX_AspNetRoleClaims_RoleId" ON "AspNetRoleClaims" ("RoleId");
CREATE UNIQUE INDEX "RoleNameIndex" ON "AspNetRoles" ("NormalizedName");
CREATE INDEX "IX_AspNetUserClaims_UserId" ON "AspNetUserClaims" ("UserId");
CREATE INDEX "IX_AspNetUserLogins_UserId" ON "AspNetUserLogins" ("UserId");
CREATE INDEX "IX_AspNetUserRoles_RoleId" ON "AspNetUserRoles" ("RoleId");
CREATE INDEX "IX_Audit_At" ON "Audit" ("At");
CREATE INDEX "IX_Audit_Target_Id" ON "Audit" ("Target", "Id");
CREATE INDEX "IX_Confirmations_ExpiresAt" ON "Confirmations" ("ExpiresAt");
CREATE INDEX "IX_Confirmations_RobotSeenAt" ON "Confirmations" ("RobotSeenAt") WHERE "RobotNetwork" IS NOT NULL;
CREATE INDEX "IX_Confirmations_SubscriberId" ON "Confirmations" ("SubscriberId");
CREATE UNIQUE INDEX "IX_Confirmations_TokenHash" ON "Confirmations" ("TokenHash");
CREATE INDEX "IX_Deliveries_IssueId_Chunk" ON "Deliveries" ("IssueId", "Chunk");
CREATE INDEX "IX_Deliveries_Replies" ON "Deliveries" ("IssueId") WHERE "ReplyText" IS NOT NULL;
CREATE INDEX "IX_Deliveries_SubscriberId" ON "Deliveries" ("SubscriberId");
CREATE INDEX "IX_Deliveries_Uncertain" ON "Deliveries" ("IssueId") WHERE "UncertainAt" IS NOT NULL;
CREATE INDEX "IX_DeliveryChunks_Done_NextAttemptAt" ON "DeliveryChunks" ("Done", "NextAttemptAt");
CREATE UNIQUE INDEX "IX_EditionSlots_IssueId" ON "EditionSlots" ("IssueId");
CREATE UNIQUE INDEX "IX_EditionSlots_NewsletterId_At" ON "EditionSlots" ("NewsletterId", "At");
CREATE INDEX "IX_IdempotencyKeys_CreatedAt" ON "IdempotencyKeys" ("CreatedAt");
CREATE UNIQUE INDEX "IX_Issues_NewsletterId_Slug" ON "Issues" ("NewsletterId", "Slug");
CREATE INDEX "IX_Issues_State_SendAt" ON "Issues" ("State", "SendAt");
CREATE UNIQUE INDEX "IX_Newsletters_Slug" ON "Newsletters" ("Slug");
CREATE INDEX "IX_OneTimeLinks_ExpiresAt" ON "OneTimeLinks" ("ExpiresAt");
CREATE INDEX "IX_OneTimeLinks_SubscriberId" ON "OneTimeLinks" ("SubscriberId");
CREATE UNIQUE INDEX "IX_OneTimeLinks_TokenHash" ON "OneTimeLinks" ("TokenHash");
CREATE UNIQUE INDEX "IX_Photos_IssueId_FileName" ON "Photos" ("IssueId", "FileName");
CREATE INDEX "IX_SignUpTallies_EndsAt" ON "SignUpTallies" ("EndsAt");
CREATE INDEX "EmailIndex" ON "Staff" ("NormalizedEmail");
CREATE UNIQUE INDEX "UserNameIndex" ON "Staff" ("NormalizedUserName");
CREATE INDEX "IX_StaffSessions_SeenAt" ON "StaffSessions" ("SeenAt");
CREATE INDEX "IX_StaffSessions_StaffId" ON "StaffSessions" ("StaffId");
CREATE INDEX "IX_SubscriberMails_SubscriberId" ON "SubscriberMails" ("SubscriberId");
CREATE UNIQUE INDEX "IX_Subscribers_AddressHash" ON "Subscribers" ("AddressHash");
CREATE INDEX "IX_Subscriptions_NewsletterId_State" ON "Subscriptions" ("NewsletterId", "State");
CREATE INDEX "IX_Subscriptions_PausedUntil" ON "Subscriptions" ("PausedUntil") WHERE "PausedUntil" IS NOT NULL;
CREATE UNIQUE INDEX "IX_Subscriptions_SubscriberId_NewsletterId" ON "Subscriptions" ("SubscriberId", "NewsletterId");
CREATE INDEX "IX_Subscriptions_UnsubscribedAt" ON "Subscriptions" ("UnsubscribedAt") WHERE "UnsubscribedAt" IS NOT NULL;
CREATE INDEX "IX_SubscriberMails_Confirmations" ON "SubscriberMails" ("NextAttemptAt") WHERE "State" = 'Waiting' AND "Kind" = 'Confirmation';
CREATE INDEX "IX_SubscriberMails_Others" ON "SubscriberMails" ("NextAttemptAt") WHERE "State" = 'Waiting' AND "Kind" <> 'Confirmation';
CREATE INDEX "IX_Corrections_IssueId" ON "Corrections" ("IssueId");
CREATE INDEX "IX_Logos_NewsletterId" ON "Logos" ("NewsletterId");
CREATE INDEX "IX_SearchTerms_IssueId" ON "SearchTerms" ("IssueId");
CREATE INDEX "IX_ReaderImports_State" ON "ReaderImports" ("State") WHERE "State" <> 'Done';
CREATE INDEX "IX_Bounces_At" ON "Bounces" ("At");
CREATE INDEX "IX_Bounces_IssueId_SubscriberId" ON "Bounces" ("IssueId", "SubscriberId");
CREATE UNIQUE INDEX "IX_Bounces_Key" ON "Bounces" ("Key");
CREATE INDEX "IX_Bounces_MailId" ON "Bounces" ("MailId") WHERE "MailId" IS NOT NULL;
CREATE INDEX "IX_Bounces_SubscriberId" ON "Bounces" ("SubscriberId");
CREATE INDEX "IX_SenderReportLines_EndAt" ON "SenderReportLines" ("EndAt");
CREATE INDEX "IX_SenderReportLines_Key" ON "SenderReportLines" ("Key");
