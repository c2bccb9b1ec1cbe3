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
INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20261127065450_ChunkTotals', '10.0.15');
CREATE TABLE "AspNetRoles" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetRoles" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NULL,
    "NormalizedName" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL
);
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (1, 'correspondent', 'CORRESPONDENT', 'b0629679-dab9-4fd4-9621-6dfaa50bf8c0');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (2, 'editor', 'EDITOR', 'a6f31d45-93d4-4ba9-b0cb-f59a06409b77');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (3, 'ops', 'OPS', '3caeec18-8697-44ff-8f85-24f14e1d0157');
INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName", "ConcurrencyStamp") VALUES (4, 'admin', 'ADMIN', '8e467852-99dc-47ef-a9ea-e4cfd897ec25');
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
INSERT INTO "DatabaseVersions" ("Version", "Since") VALUES ('0.12.0', '2026-11-24 09:00:00');
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
INSERT INTO "IdempotencyKeys" ("Key", "RequestHash", "Status", "ContentType", "Location", "ETag", "Body", "CreatedAt") VALUES (X'C5DBFCA3D30A8BA16FE84FFBA6A366D569D6E753DAD960866075B8CEC70032F1', X'F608F0E271C0F9CED5DAB6F34F5315D16B954375B5FEDBBFA3CA2EBF5350747F', 201, 'application/json; charset=utf-8', 'http://localhost/api/v1/issues/1', '"1"', X'7B226964223A312C226E6577736C6574746572223A226368696E612D696E2D65757261736961222C227375626A656374223A2246726F6D2074686520737465707065222C22707265686561646572223A22222C22736C7567223A2266726F6D2D7468652D737465707065222C2262796C696E65223A22222C226172636869766564223A747275652C2270696374757265223A22222C22626F6479223A224120726F6164206973206265696E67206275696C742E5C6E5C6E215B54686520626F726465725D2870686F746F732F626F726465722E6A7067205C224174206E6F6F6E207C20412E204E6F76616B5C2229222C227374617465223A226472616674222C22736C6F74223A6E756C6C2C227265766973696F6E223A312C2273656E644174223A6E756C6C2C22637265617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C22757064617465644174223A22323032362D31312D32345430393A30303A30302B30303A3030222C2273656E64537461727465644174223A6E756C6C2C2273656E744174223A6E756C6C2C2274726F75626C65223A6E756C6C2C22617070726F7665645265766973696F6E223A6E756C6C2C22617070726F7665644279223A6E756C6C2C22617070726F7665644174223A6E756C6C2C2272657374537461727465644174223A6E756C6C2C227265737453656E744174223A6E756C6C7D', '2026-11-24 09:00:00');
CREATE TABLE "KeyRingMarks" (
    "Fingerprint" TEXT NOT NULL CONSTRAINT "PK_KeyRingMarks" PRIMARY KEY
);
INSERT INTO "KeyRingMarks" ("Fingerprint") VALUES ('e7a0bde384509687');
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
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'35CE7A6D4A15452C3A527095BB5855770F425D758D20E4C401DCC4AEA6817F7A', '2026-11-24 10:00:00', 2);
INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES (X'64F3A3B6E9CB35A9EC783C5F9BD94610D2BBF446A7C8454F7D013F71F9F454F6', '2026-11-25 09:00:00', 1);
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
INSERT INTO "Staff" ("Id", "LastSignInAt", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PasswordHash", "SecurityStamp", "ConcurrencyStamp", "PhoneNumber", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnd", "LockoutEnabled", "AccessFailedCount") VALUES (1, '2026-12-02 09:00:00', 'staff1@desk.test', 'STAFF1@DESK.TEST', 'staff1@desk.test', 'STAFF1@DESK.TEST', 1, 'AQAAAAIAAAPoAAAAEPVwvRcbMYKN6mFcsirPfNULRpw6MtNXXdhh27YwB1KRGPRkTUEKUzUnuZBnga6/dw==', '4AEMZ6PG2MZ4P76LEOZ7YKBAI55HWV3H', '6458bb32-83ff-4646-a23e-c98d38cf884f', NULL, 0, 0, NULL, 0, 0);
CREATE TABLE "Subscribers" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Subscribers" PRIMARY KEY AUTOINCREMENT,
    "AddressHash" BLOB NOT NULL,
    "SealedAddress" BLOB NOT NULL,
    "SealedName" BLOB NULL,
    "Language" TEXT NULL,
    "CreatedAt" TEXT NOT NULL
, "SealedFields" BLOB NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (1, X'A42EB840F30DBB74A9089A2C5DA6F59238D6ED71C191C76C3C8A0519CBCF4964', X'016B307C415C632C66B2762A8FAB62C9C829F81A1B0BCB21829C0CD01DE652C4BCAF5B0D9B23E6BB12F687B7BE6FDE91B3C8CE729BCB6616C142C88EC79C153B1E2A32A448B4BCC1EB5A282EDA8F1AF580F0F899E8A2C31F79566D0460', X'01136F729B0CBE8C868959DE62FFB10CA5F44C298854917333FB81A4BF6F63BB863C44DC60543378A6A6DFC69F89228CD96C306CED9C22056DFFA6570A21241CF1E14566729ADB6A44FB1675676777F3BC8319773067F129112537B9B9', NULL, '2026-11-24 00:00:00', NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (2, X'F6BAF4D28C456ED03679BFA9DB97626848FFD0E93A471CC20518E9F9839F8FE4', X'01A8E15A68C889E923A24234FCABB35A6ACF7CDD67220E04C47EA5997528398CB4B5C7DF26BA5A79F1F4CA0CA702F223F8A878823228E7661AEC63A2122970502B7367B852BAF11BFFF5DD37E6FEB436F0C558686C4F11F549F0ECC62E', NULL, NULL, '2026-11-24 00:00:00', NULL);
INSERT INTO "Subscribers" ("Id", "AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt", "SealedFields") VALUES (4, X'713FAE63458192980E3CC2DADEF21059D889B11A76F10E830B710D5D2D5166AA', X'01B423501FC4CE6B48A00271FC18503EE1F58BF1C0F72690800EDCD951E55773DD439B2C0A8CE237B3B2C9E2D982BDD97A3221D358C20DD965941AD14568492C5126D435BF10F6226E06600100C4C681CB2DDF0FBCDB73E87B346C700E', NULL, NULL, '2026-12-02 00:00:00', NULL);
CREATE TABLE "Suppressions" (
    "AddressHash" BLOB NOT NULL CONSTRAINT "PK_Suppressions" PRIMARY KEY,
    "Reason" TEXT NOT NULL,
    "CreatedAt" TEXT NOT NULL
);
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'4F141A9CD72FF7DE4540E4481BFEDE99FC7645DCB9342C3BDEDB9C7A55097466', 'HardBounce', '2026-11-24 09:00:00');
INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (X'D8A057A1B56D564DB4E520CA543892C8AC72068A62619E7E9D074DECFE3B78D1', 'Erased', '2026-12-02 00:00:00');
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
INSERT INTO "ApiTokens" ("Id", "Name", "Role", "Hash", "CreatedAt", "ExpiresAt", "LastUsedAt", "MadeById") VALUES (1, 'test 690965df-e3b9-4cae-a62c-45824a7d70b4', 'editor', X'D34F87B4586CC2E7FB0E25AA3743780FDC88330377979BDBCDCCE22FDD344D3F', '2026-11-24 09:00:00', '2027-11-24 09:00:00', '2026-12-02 09:00:00', NULL);
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
INSERT INTO "StaffSessions" ("Hash", "StaffId", "CreatedAt", "SeenAt") VALUES (X'4543A20848CFFCBC641EAC75392B2652A6F558250A144968BDD92A1322C9F9F5', 1, '2026-12-02 09:00:00', '2026-12-02 09:00:00');
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
INSERT INTO "Confirmations" ("Id", "SubscriberId", "NewsletterIds", "Seed", "TokenHash", "SealedName", "Language", "Source", "CreatedAt", "ExpiresAt", "UsedAt", "RemindedAt", "RobotSeenAt", "RobotNetwork", "DoubtedAt") VALUES (1, 1, '[1]', X'6700307B3CA69DE85D4404D1C4E13903', X'E8051BE31AA5121312FEAA9AF3DEA7B80968165BF2E47AE2BE71930397AD57AA', NULL, NULL, 'form', '2026-11-24 09:00:00', '2026-12-01 09:00:00', '2026-11-24 09:00:00', NULL, NULL, NULL, NULL);
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
INSERT INTO "OneTimeLinks" ("Id", "SubscriberId", "Purpose", "Seed", "TokenHash", "SealedAddress", "CreatedAt", "ExpiresAt", "UsedAt") VALUES (1, 4, 'Preferences', X'550B534F55C9E5A7B5BAA9139B278DD6', X'BF61B52DAD98ABEA9B485D6BC797380F6E8B2468B28CB3EFDEFF13F94369EF95', NULL, '2026-12-02 09:00:00', '2026-12-02 10:00:00', NULL);
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
    "NextAttemptAt" TEXT NOT NULL, "Totals" TEXT NULL,
    CONSTRAINT "PK_DeliveryChunks" PRIMARY KEY ("IssueId", "Number"),
    CONSTRAINT "FK_DeliveryChunks_Issues_IssueId" FOREIGN KEY ("IssueId") REFERENCES "Issues" ("Id") ON DELETE RESTRICT
);
INSERT INTO "DeliveryChunks" ("IssueId", "Number", "Done", "LeasedBy", "LeasedUntil", "QueuedUntil", "NextAttemptAt", "Totals") VALUES (1, 1, 1, NULL, NULL, NULL, '2026-12-02 09:00:00', NULL);
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
INSERT INTO "Editions" ("IssueId", "Revision", "Subject", "From", "ReplyTo", "NewsletterName", "Locale", "MailHtml", "MailText", "WebHtml", "MessageIdSeed", "RenderedAt") VALUES (1, 1, 'From the steppe', 'China In Eurasia <news@sender.test>', NULL, 'China In Eurasia', 'en', '<p>A road is being built.</p>', 'A road is being built.', '<p>A road is being built.</p>', X'63592165528545D947022B65DF7B0A4189F894A597B62A2D7952450848B5011F', '2026-12-02 09:00:00');
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
INSERT INTO "ReaderImportPieces" ("ImportId", "Chunk", "Number", "Sealed") VALUES (1, 0, 0, X'012C8B90D149A5D98D4CC8688BA805E8751720BD3F54954D53B65A92A9D5527E346124E6CDD79134FF7D7E60AD565048A5B4EE6587E5118230BC29D3BF95B21F29604D3C3BCFF8762A513A4147ABEE85A38520D8F7387E0144E6EA26EA1140140CD321B1DBCBE5655413EF1A49B7E6D84946904639545C6C44F005C4232D507C3DFB482FB9A7C5E9');
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
