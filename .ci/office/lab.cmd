@call "%~dp0start.cmd" lab %*
