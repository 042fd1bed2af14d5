-- forget every grant: a copy that renews a token takes it away from the original
UPDATE silverfin_token
   SET access_token = NULL,
       refresh_token = NULL,
       expires_at = NULL,
       granted_scopes = NULL,
       place = NULL;
DELETE FROM silverfin_authorization;
DELETE FROM silverfin_invitation;
DELETE FROM silverfin_webhook;
DELETE FROM silverfin_delivery;

-- forget the secrets too: nobody connects a copy to a real firm by accident
UPDATE silverfin_connection
   SET client_secret = NULL,
       webhook_token_1 = NULL,
       webhook_token_2 = NULL,
       state = 'suspended',
       state_reason = 'This is a neutralised copy of a database: nothing is sent to'
           ' Silverfin. To try it out here, press Disconnect, fill in a client'
           ' secret and press Connect.';

-- should it be connected: only to client files that Silverfin lists as its own
UPDATE silverfin_position
   SET state = 'pending',
       message = NULL,
       client_file_number = NULL,
       client_file_name = NULL,
       sync_point = NULL,
       in_flight = NULL,
       settings_sent = NULL,
       next_sync_at = NULL;

-- nobody outside is told of a copy's problems
DELETE FROM silverfin_problem;
UPDATE silverfin_connection SET problem_email = NULL;
UPDATE silverfin_link SET problem_email = NULL;

-- nothing that was queued is sent
UPDATE silverfin_run
   SET state = 'cancelled'
 WHERE state IN ('queued', 'running');
