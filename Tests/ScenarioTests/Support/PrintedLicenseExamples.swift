/// The PHP examples of a licence provider's documentation, as printed but for host, credentials and token.
enum PrintedLicenseExamples {
    static func token(base: String, key: String) -> String {
        """
        <?php
        $path = 'access/token';
        $postfields['login'] = 'user@domain.com';
        $postfields['secret'] = '\(key)';
        $ch = curl_init();
        curl_setopt($ch, CURLOPT_URL, "\(base)/$path");
        curl_setopt($ch, CURLOPT_TIMEOUT, 30);
        curl_setopt($ch, CURLOPT_CONNECTTIMEOUT, 30);
        curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
        curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);
        curl_setopt($ch, CURLOPT_SSL_VERIFYHOST, false);
        curl_setopt($ch, CURLOPT_POST, true);
        curl_setopt($ch, CURLOPT_POSTFIELDS, http_build_query($postfields));
        $result = curl_exec($ch);
        if (curl_error($ch)) {
            die("Connection Error: ".curl_errno($ch).' - '.curl_error($ch));
        }
        curl_close($ch);
        $result = json_decode($result, true);
        print_r($result);
        ?>
        """
    }

    static func list(base: String, token: String) -> String {
        """
        <?php
        $path = 'license/plesk';
        $access_token = '\(token)';
        $token_type = 'Bearer';
        $method = 'GET';
        $postfields = array();
        $header = array();
        $header[] = "Authorization: $token_type $access_token";
        $ch = curl_init();
        curl_setopt($ch, CURLOPT_URL, "\(base)/$path");
        curl_setopt($ch, CURLOPT_TIMEOUT, 30);
        curl_setopt($ch, CURLOPT_CONNECTTIMEOUT, 30);
        curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
        curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);
        curl_setopt($ch, CURLOPT_SSL_VERIFYHOST, false);
        curl_setopt($ch, CURLOPT_HTTPHEADER, $header);
        switch ($method) {
            case 'GET': break;
            case 'PUT':
                curl_setopt($ch, CURLOPT_CUSTOMREQUEST, 'PUT');
                curl_setopt($ch, CURLOPT_POSTFIELDS, http_build_query($postfields));
                break;
            case 'POST':
                curl_setopt($ch, CURLOPT_POST, true);
                curl_setopt($ch, CURLOPT_POSTFIELDS, http_build_query($postfields));
                break;
            case 'DELETE': curl_setopt($ch, CURLOPT_CUSTOMREQUEST, 'DELETE'); break;
            default: echo 'Error: Invalid HTTP Method specified'; break;
        }
        $result = curl_exec($ch);
        if (curl_error($ch)) {
            die("Connection Error: ".curl_errno($ch).' - '.curl_error($ch));
        }
        curl_close($ch);
        $result = json_decode($result, true);
        print_r($result);
        ?>
        """
    }
}
